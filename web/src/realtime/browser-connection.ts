/** The browser's dependencies of a connection: WebSocket, timers, network state. */
import type { ConnectionDeps } from "./connection.types.ts";
import { type Position, parseServerFrame } from "./frames.ts";
import { POLL_HIDDEN_MS } from "./limits.ts";

type BrowserDeps = Omit<ConnectionDeps, "poll" | "loadPosition" | "savePosition" | "checkSession">;

/**
 * Creates the dependencies of a room's connection that are the same for every room.
 * @param path the room's address, such as `/parties/post-room/<id>`
 * @param accountId lets the room verify the session without a database query
 * @param pollVisibleMs the polling interval while the page is visible
 */
export function browserConnection({
  path,
  accountId = null,
  pollVisibleMs,
}: {
  path: string;
  accountId?: string | null;
  pollVisibleMs: number;
}): BrowserDeps {
  return {
    random: Math.random,
    now: () => performance.now(),
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    openSocket: (position, handlers) => {
      const socket = new WebSocket(socketUrl(path, accountId, position));
      socket.onmessage = (event) => handlers.onFrame(parseServerFrame(String(event.data)));
      socket.onclose = (event) => handlers.onClose(event.code);
      return {
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.close(),
      };
    },
    pollEveryMs: () => (document.visibilityState === "visible" ? pollVisibleMs : POLL_HIDDEN_MS),
    isOnline: () => navigator.onLine,
    readAgoMs: () => performance.now(),
  };
}

function socketUrl(path: string, accountId: string | null, position: Position | null): URL {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (accountId) url.searchParams.set("account", accountId);
  if (position) {
    url.searchParams.set("epoch", position.epoch);
    url.searchParams.set("seq", String(position.seq));
  }
  return url;
}
