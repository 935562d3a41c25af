/** The status of this tab's connections. */
import { useSyncExternalStore } from "react";
import type { ConnectionStatus } from "./connection.types.ts";

const statuses = new Map<string, ConnectionStatus>();
const listeners = new Set<() => void>();
let worst: ConnectionStatus = "idle";

/** From best to worst. */
const ORDER: readonly ConnectionStatus[] = [
  "idle",
  "live",
  "ended",
  "connecting",
  "polling",
  "reconnecting",
  "offline",
];

/** The worst of several statuses; "idle" when there is none. Pure. */
export function worstStatus(all: Iterable<ConnectionStatus>): ConnectionStatus {
  let found: ConnectionStatus = "idle";
  for (const status of all) if (ORDER.indexOf(status) > ORDER.indexOf(found)) found = status;
  return found;
}

/** Sets the status of the connection called `name`; "idle" removes it. */
export function setStatus(name: string, status: ConnectionStatus): void {
  const namesBefore = statuses.size;
  if (status === "idle") statuses.delete(name);
  else statuses.set(name, status);
  const next = worstStatus(statuses.values());
  if (next === worst && statuses.size === namesBefore) return;
  worst = next;
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

/** True while this tab has a connection whose name starts with `prefix`. */
export function useHasConnection(prefix: string): boolean {
  return useSyncExternalStore(subscribe, () => [...statuses.keys()].some((name) => name.startsWith(prefix)));
}
