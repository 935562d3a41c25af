/** What a connection needs from the world, and what it tells. */
import type { Position, RoomEvent, Signal } from "./frames.ts";

export type ConnectionStatus =
  /** Not started, or stopped by its owner. */
  | "idle"
  /** The first try of a connection that never was up. */
  | "connecting"
  | "live"
  | "reconnecting"
  /** Sockets fail, polling works. */
  | "polling"
  /** The browser says that there is no network. */
  | "offline"
  /** The room does not want this client any more. */
  | "ended";

export interface RoomSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketHandlers {
  onMessage(text: string): void;
  /** Called once, for a failed opening too. */
  onClose(code: number): void;
}

export type PollAnswer =
  | { epoch: string; seq: number; events: RoomEvent[] }
  | { epoch: string; seq: number; resync: true };

export interface ConnectionDeps {
  random(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  openSocket(position: Position | null, handlers: SocketHandlers): RoomSocket;
  /** One look without a socket. Null when it refreshed the screen by other means; throws when it failed. */
  poll(position: Position | null): Promise<PollAnswer | null>;
  pollEveryMs(): number;
  isOnline(): boolean;
  loadPosition(): Position | null;
  savePosition(position: Position | null): void;
  /** How long ago, at most, what is on the screen was read first, in milliseconds. */
  readAgoMs(): number;
  /** True when the session is still good (then the connection goes on). */
  checkSession(): Promise<boolean>;
}

export interface ConnectionListener {
  onEvent(event: RoomEvent): void;
  /** Everything shown may be stale: read it again. */
  onResync(): void;
  onStatus(status: ConnectionStatus): void;
  /** A new socket is up: what a room forgets with a socket is to be said again. */
  onWelcome?(): void;
  /** Something that is true now and has no number; never replayed. */
  onSignal?(signal: Signal): void;
  /** The room did not take the command with this `ref` (or client id). */
  onRefused?(refusal: Refusal): void;
}

export interface Refusal {
  ref: string;
  /** The API's code, or the frame's own (MALFORMED_FRAME, ...). */
  code: string;
  message: string;
}

/** What a client says to a room, beside the connection's own words. The room parses it. */
export type RoomCommand = { type: string } & Record<string, unknown>;

export interface Connection {
  start(): void;
  stop(): void;
  /** The network came back or the tab was looked at: try now, or check that the socket still lives. */
  wake(): void;
  /** The browser lost its network. */
  sleep(): void;
  /** Says something to the room. False, and nothing is kept, unless a socket is up: the caller knows best what then. */
  send(command: RoomCommand): boolean;
  status(): ConnectionStatus;
}
