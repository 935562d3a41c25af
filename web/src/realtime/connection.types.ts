/** The dependencies of a connection, its listener and its interface. */
import type { Position, RoomEvent, ServerFrame, Signal } from "./frames.ts";

export type ConnectionStatus =
  /** Not started, or stopped. */
  | "idle"
  /** The first attempt. */
  | "connecting"
  | "live"
  | "reconnecting"
  /** Sockets fail, polling works. */
  | "polling"
  /** The browser reports that there is no network. */
  | "offline"
  /** The room refused this client permanently. */
  | "ended";

export interface RoomSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketHandlers {
  /** Null for a frame type that this version does not know. */
  onFrame(frame: ServerFrame | null): void;
  /** Called once, also when the socket could not be opened. */
  onClose(code: number): void;
}

export type PollAnswer =
  | { epoch: string; seq: number; events: RoomEvent[] }
  | { epoch: string; seq: number; resync: true };

export interface ConnectionDeps {
  random(): number;
  /** A monotonic clock, in milliseconds. */
  now(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  openSocket(position: Position | null, handlers: SocketHandlers): RoomSocket;
  /**
   * Fetches the events after a position over HTTP. Null when it refreshed the data itself. Throws on
   * failure.
   */
  poll(position: Position | null): Promise<PollAnswer | null>;
  pollEveryMs(): number;
  isOnline(): boolean;
  loadPosition(): Position | null;
  savePosition(position: Position | null): void;
  /** The maximal age of the data on the screen, in milliseconds. */
  readAgoMs(): number;
  /** True when the session is still valid; then the connection retries. */
  checkSession(): Promise<boolean>;
}

export interface ConnectionListener {
  onEvent(event: RoomEvent): void;
  /** Events were missed and the room cannot deliver them: fetch the shown data again. */
  onResync(): void;
  onStatus(status: ConnectionStatus): void;
  /** A new socket is up: send again the state that the room keeps per socket. */
  onWelcome?(): void;
  /** A frame without a seq; never replayed. */
  onSignal?(signal: Signal): void;
  /** The room refused the command with this `ref` or `clientId`. */
  onRefused?(refusal: Refusal): void;
}

export interface Refusal {
  ref: string;
  /** A code of the API, or one of the protocol's own (MALFORMED_FRAME, ...). */
  code: string;
  message: string;
}

/** A command to a room. The room validates it. */
export type RoomCommand = { type: string } & Record<string, unknown>;

export interface Connection {
  start(): void;
  stop(): void;
  /** The network is back or the page became visible: connects now, or checks that the socket still works. */
  wake(): void;
  /** The browser lost its network. */
  sleep(): void;
  /**
   * Sends a command now, or within the pace of `command-pace.ts`. False, and nothing is kept, when no socket is up or too
   * many commands wait. True is no proof of delivery: commands that wait are dropped with their socket.
   */
  send(command: RoomCommand): boolean;
  status(): ConnectionStatus;
}
