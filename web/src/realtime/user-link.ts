/** This tab's line to the account's own room, for features that say or hear more than numbered events. */
import type { Connection, RoomCommand } from "./connection.types.ts";
import type { Signal } from "./frames.ts";

interface LinkListener {
  /** A new socket is up: say again what a room forgets with a socket. */
  onWelcome?(): void;
  onSignal?(signal: Signal): void;
}

let connection: Connection | null = null;
const listeners = new Set<LinkListener>();

/** For `live.tsx`, which holds the connection. */
export function setUserConnection(next: Connection | null): void {
  connection = next;
}

/** Says something to the account's room; false when no socket is up. */
export function sayToUserRoom(command: RoomCommand): boolean {
  return connection?.send(command) ?? false;
}

/** Listens until the answered function is called. */
export function listenToUserRoom(listener: LinkListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For `live.tsx`. */
export const userRoomListener = {
  onWelcome: () => {
    for (const listener of listeners) listener.onWelcome?.();
  },
  onSignal: (signal: Signal) => {
    for (const listener of listeners) listener.onSignal?.(signal);
  },
};
