import { useEffect, useEffectEvent } from "react";
import { createConnection } from "./connection.ts";
import type { Connection, ConnectionDeps, ConnectionListener } from "./connection.types.ts";
import { noteStatus } from "./status-store.ts";

const open = new Set<Connection>();

function wakeAll(): void {
  for (const connection of open) connection.wake();
}

/** Tries every connection of this tab again, now. */
export function retryConnections(): void {
  wakeAll();
}

function sleepAll(): void {
  for (const connection of open) connection.sleep();
}

function wakeIfVisible(): void {
  if (document.visibilityState === "visible") wakeAll();
}

function watchBrowser(): void {
  window.addEventListener("online", wakeAll);
  window.addEventListener("offline", sleepAll);
  window.addEventListener("pageshow", wakeIfVisible);
  document.addEventListener("visibilitychange", wakeIfVisible);
}

function unwatchBrowser(): void {
  window.removeEventListener("online", wakeAll);
  window.removeEventListener("offline", sleepAll);
  window.removeEventListener("pageshow", wakeIfVisible);
  document.removeEventListener("visibilitychange", wakeIfVisible);
}

/**
 * Holds one room's connection while the component is there; leaving closes it. A null name holds none.
 * `makeDeps` is read when the name changes.
 */
export function useRoom(
  name: string | null,
  makeDeps: () => ConnectionDeps,
  on: Pick<ConnectionListener, "onEvent" | "onResync">,
): void {
  const deps = useEffectEvent(makeDeps);
  const onEvent = useEffectEvent(on.onEvent);
  const onResync = useEffectEvent(on.onResync);

  useEffect(() => {
    if (name === null) return;
    const connection = createConnection(deps(), {
      onEvent: (event) => onEvent(event),
      onResync: () => onResync(),
      onStatus: (status) => noteStatus(name, status),
    });
    if (open.size === 0) watchBrowser();
    open.add(connection);
    // After the turn: an effect that is undone at once (as development does) opens no socket.
    const timer = setTimeout(() => connection.start());
    return () => {
      clearTimeout(timer);
      connection.stop();
      open.delete(connection);
      if (open.size === 0) unwatchBrowser();
    };
  }, [name]);
}
