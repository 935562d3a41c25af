/** This tab's connection to the account's own room, for features that send commands to it. */
import type { Connection, RoomCommand } from "./connection.types.ts";

let connection: Connection | null = null;
/** Each listener with the number of its subscriptions. */
const listeners = new Map<() => void, number>();

/** Called by `app/live`, which owns the connection. */
export function setUserConnection(next: Connection | null): void {
  connection = next;
}

/** Sends a command to the account's room. Returns false and drops the command when no socket is up. */
export function sendToUserRoom(command: RoomCommand): boolean {
  return connection?.send(command) ?? false;
}

/**
 * Calls a listener for every new socket, until the returned function is called: what the room keeps per socket must be sent
 * again. A listener that subscribes several times is called once.
 */
export function onUserRoomWelcome(listener: () => void): () => void {
  listeners.set(listener, (listeners.get(listener) ?? 0) + 1);
  return () => {
    const left = (listeners.get(listener) ?? 1) - 1;
    if (left > 0) listeners.set(listener, left);
    else listeners.delete(listener);
  };
}

/** Called by `app/live` for every new socket. */
export function notifyUserRoomWelcome(): void {
  for (const listener of [...listeners.keys()]) listener();
}
