/** The browser's side of a connection: real sockets, real clock, the tab's storage. */
import { api, ask } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { meQuery, sessionEnded } from "../features/session/session.queries.ts";
import type { ConnectionDeps, PollAnswer } from "./connection.types.ts";
import { isRoomEvent, type Position, readPosition } from "./frames.ts";

const POLL_VISIBLE_MS = 5_000;
const POLL_HIDDEN_MS = 30_000;
const POST_REFRESH_MS = 10_000;

/** Dependencies of the account's own room. The position outlives a reload of this tab. */
export function userRoomDeps(meId: string): ConnectionDeps {
  const storageKey = `plaza.position.${meId}`;
  return {
    ...sharedDeps("/parties/user-room/me", meId),
    poll: pollEvents,
    pollEveryMs: () => (document.visibilityState === "visible" ? POLL_VISIBLE_MS : POLL_HIDDEN_MS),
    loadPosition: () => {
      try {
        return readPosition(JSON.parse(sessionStorage.getItem(storageKey) ?? "null"));
      } catch {
        return null;
      }
    },
    savePosition: (position) => {
      try {
        if (position) sessionStorage.setItem(storageKey, JSON.stringify(position));
        else sessionStorage.removeItem(storageKey);
      } catch {
        // Without storage a reload reads everything again.
      }
    },
  };
}

/** Dependencies of an open post's room. Where sockets are blocked, `refresh` reads the page again. */
export function postRoomDeps(postId: string, refresh: () => Promise<void>): ConnectionDeps {
  return {
    ...sharedDeps(`/parties/post-room/${postId}`),
    poll: async () => {
      await refresh();
      return null;
    },
    pollEveryMs: () => (document.visibilityState === "visible" ? POST_REFRESH_MS : POLL_HIDDEN_MS),
    loadPosition: () => null,
    savePosition: () => {},
  };
}

/**
 * Dependencies of an open conversation's room. The position is the caller's, so that it lives as long as what was read.
 * `accountId` lets the room recognise the session without the database; `readAgoMs` says since when what is shown is read.
 */
export function conversationRoomDeps(
  conversationId: string,
  accountId: string,
  own: Pick<ConnectionDeps, "poll" | "loadPosition" | "savePosition" | "readAgoMs">,
): ConnectionDeps {
  return {
    ...sharedDeps(`/parties/conversation-room/${conversationId}`, accountId),
    pollEveryMs: () => (document.visibilityState === "visible" ? POLL_VISIBLE_MS : POLL_HIDDEN_MS),
    ...own,
  };
}

function sharedDeps(path: string, accountId: string | null = null) {
  return {
    random: Math.random,
    now: () => performance.now(),
    setTimer: (run: () => void, ms: number) => setTimeout(run, ms),
    clearTimer: (timer: unknown) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    openSocket: (position: Position | null, handlers: Parameters<ConnectionDeps["openSocket"]>[1]) => {
      const url = new URL(path, location.href);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      if (accountId) url.searchParams.set("account", accountId);
      if (position) {
        url.searchParams.set("epoch", position.epoch);
        url.searchParams.set("seq", String(position.seq));
      }
      const socket = new WebSocket(url);
      socket.onmessage = (event) => handlers.onMessage(String(event.data));
      socket.onclose = (event) => handlers.onClose(event.code);
      return {
        send: (text: string) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.close(),
      };
    },
    isOnline: () => navigator.onLine,
    readAgoMs: () => performance.now(),
    checkSession: async () => {
      const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
      if (!me) sessionEnded();
      return me !== null;
    },
  } satisfies Partial<ConnectionDeps>;
}

async function pollEvents(position: Position | null): Promise<PollAnswer> {
  return readPollAnswer(await ask(api.events.poll.$get({ query: afterQuery(position) })));
}

/** The query of a poll from a position. */
export function afterQuery(position: Position | null): { after?: string } {
  return position ? { after: `${position.epoch}:${position.seq}` } : {};
}

/** What a poll answered; throws when it is something else. */
export function readPollAnswer(answer: unknown): PollAnswer {
  const head = readPosition(answer);
  if (!head) throw new Error("poll answered something else");
  const { events } = answer as { events?: unknown };
  return Array.isArray(events) ? { ...head, events: events.filter(isRoomEvent) } : { ...head, resync: true };
}
