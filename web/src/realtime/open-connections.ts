/** The connections this tab holds, and what the browser tells all of them: network, visibility, coming back. */
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

export interface OpenConnection {
  connection: Connection;
  close(): void;
}

/** Opens a room's connection under a name; the strip above the page hears how it is doing. */
export function openConnection(
  name: string,
  deps: ConnectionDeps,
  listener: ConnectionListener,
): OpenConnection {
  const connection = createConnection(deps, {
    ...listener,
    onStatus: (status) => {
      noteStatus(name, status);
      listener.onStatus(status);
    },
  });
  if (open.size === 0) watchBrowser();
  open.add(connection);
  // After the turn: what is undone at once (as development does with effects) opens no socket.
  const timer = setTimeout(() => connection.start());
  return {
    connection,
    close() {
      clearTimeout(timer);
      connection.stop();
      open.delete(connection);
      if (open.size === 0) unwatchBrowser();
    },
  };
}
