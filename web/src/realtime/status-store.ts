/** How this tab's connections are doing, for the strip above the page. */
import { useSyncExternalStore } from "react";
import type { ConnectionStatus } from "./connection.types.ts";

/** How the connections of open conversations are called (features/chat/rooms.ts). */
const CONVERSATION = "conversation:";

const statuses = new Map<string, ConnectionStatus>();
const listeners = new Set<() => void>();
let worst: ConnectionStatus = "idle";
let isTalking = false;

const ORDER: readonly ConnectionStatus[] = [
  "idle",
  "live",
  "ended",
  "connecting",
  "polling",
  "reconnecting",
  "offline",
];

/** The worst of several: what a person should know about. Pure. */
export function worstStatus(all: Iterable<ConnectionStatus>): ConnectionStatus {
  let found: ConnectionStatus = "idle";
  for (const status of all) if (ORDER.indexOf(status) > ORDER.indexOf(found)) found = status;
  return found;
}

/** Notes how the connection called `name` is doing; "idle" forgets it. */
export function noteStatus(name: string, status: ConnectionStatus): void {
  if (status === "idle") statuses.delete(name);
  else statuses.set(name, status);
  const next = worstStatus(statuses.values());
  const nextTalking = [...statuses.keys()].some((one) => one.startsWith(CONVERSATION));
  if (next === worst && nextTalking === isTalking) return;
  worst = next;
  isTalking = nextTalking;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The worst status among this tab's connections. */
export function useConnectionStatus(): ConnectionStatus {
  return useSyncExternalStore(subscribe, () => worst);
}

/** True while a conversation is open: what is written there is sent by itself later. */
export function useIsTalking(): boolean {
  return useSyncExternalStore(subscribe, () => isTalking);
}
