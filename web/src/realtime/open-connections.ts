/** The open connections of this tab. Forwards the browser's network and visibility events to them. */
import { createConnection } from "./connection.ts";
import type { Connection, ConnectionDeps, ConnectionListener } from "./connection.types.ts";
import { setStatus } from "./status-store.ts";

const open = new Set<Connection>();

function wakeAll(): void {
  for (const connection of open) connection.wake();
}

/** Retries every connection now. */
export function retryConnections(): void {
  wakeAll();
}

function sleepAll(): void {
  for (const connection of open) connection.sleep();
}

function wakeIfVisible(): void {
  if (document.visibilityState === "visible") wakeAll();
}

function addBrowserListeners(): void {
  window.addEventListener("online", wakeAll);
  window.addEventListener("offline", sleepAll);
  window.addEventListener("pageshow", wakeIfVisible);
  document.addEventListener("visibilitychange", wakeIfVisible);
}

function removeBrowserListeners(): void {
  window.removeEventListener("online", wakeAll);
  window.removeEventListener("offline", sleepAll);
  window.removeEventListener("pageshow", wakeIfVisible);
  document.removeEventListener("visibilitychange", wakeIfVisible);
}

export interface OpenConnection {
  connection: Connection;
  close(): void;
}

/** Opens a room's connection. Its status is stored under `name` in `status-store.ts`. */
export function openConnection(
  name: string,
  deps: ConnectionDeps,
  listener: ConnectionListener,
): OpenConnection {
  const connection = createConnection(deps, {
    ...listener,
    onStatus: (status) => {
      setStatus(name, status);
      listener.onStatus(status);
    },
  });
  if (open.size === 0) addBrowserListeners();
  open.add(connection);
  // In a separate task: a connection that is closed at once (React's strict mode) opens no socket.
  const timer = setTimeout(() => connection.start());
  return {
    connection,
    close() {
      clearTimeout(timer);
      connection.stop();
      open.delete(connection);
      if (open.size === 0) removeBrowserListeners();
    },
  };
}
