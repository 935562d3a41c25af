/** The outbox of this browser: its store, its locks, its other tabs. One account at a time. */
import { accountHere } from "../../../api/account.ts";
import { ApiError, networkError } from "../../../api/api-error.ts";
import { queryClient } from "../../../api/query-client.ts";
import { listenToUserRoom } from "../../../realtime/user-link.ts";
import type { MessageAck } from "../../../realtime/views.ts";
import { meQuery, sessionEnded } from "../../session/session.queries.ts";
import { postMessage, readConversation } from "../data/chat.api.ts";
import { findConversation } from "../data/chat.cache.ts";
import { ackedMessage } from "../data/message-history.ts";
import { causeOf } from "../data/request-limit.ts";
import { applyMessage } from "../live/chat.events.ts";
import { browserStore } from "./indexed-db-store.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { OutboxEntry } from "./outbox.types.ts";
import { noteUnsent } from "./unsent-count.ts";

const NAME = "plaza.outbox";
const store = browserStore();

/** By an open conversation's socket; null when there is none. */
type RoomSender = (entry: OutboxEntry) => Promise<MessageAck> | null;
let sendByRoom: RoomSender = () => null;

/** For the open conversations. */
export function setRoomSender(sender: RoomSender): void {
  sendByRoom = sender;
}

async function send(entry: OutboxEntry): Promise<MessageAck> {
  try {
    return await sendEitherWay(entry);
  } catch (error) {
    throw error instanceof ApiError && error.code === "FORBIDDEN" ? await withCause(error, entry) : error;
  }
}

/** Kept with the message: when it is read, things may stand otherwise. */
async function withCause(error: ApiError, { conversationId, accountId }: OutboxEntry): Promise<ApiError> {
  const known = findConversation(queryClient, conversationId);
  const conversation = known ?? (await readConversation(conversationId).catch(() => null));
  const { status, message } = error;
  return new ApiError({ status, message, code: causeOf(error.code, conversation, accountId) });
}

async function sendEitherWay(entry: OutboxEntry): Promise<MessageAck> {
  try {
    const byRoom = sendByRoom(entry);
    if (byRoom) return await byRoom;
  } catch (error) {
    // A socket that dies between send and answer leaves it open whether it was heard: the same message again, by request.
    if (!(error instanceof ApiError && error.code === "NETWORK")) throw error;
  }
  return await post(entry);
}

/** A request that has no answer this long after a socket came up hangs in a network that is gone. */
const HANGS_AFTER_MS = 1_000;
const posts = new Set<{ conversationId: string; abort: AbortController }>();

/** A conversation has a fresh socket: what hangs in an old network is sent by it instead. */
export function hurryPosts(conversationId: string): void {
  const waiting = [...posts].filter((post) => post.conversationId === conversationId);
  if (waiting.length === 0) return;
  setTimeout(() => {
    for (const post of waiting) if (posts.has(post)) post.abort.abort();
  }, HANGS_AFTER_MS);
}

async function post(entry: OutboxEntry): Promise<MessageAck> {
  const abort = new AbortController();
  const mine = { conversationId: entry.conversationId, abort };
  posts.add(mine);
  try {
    return await postMessage(entry.conversationId, entry, abort.signal);
  } catch (error) {
    if (abort.signal.aborted) {
      const byRoom = sendByRoom(entry);
      if (byRoom) return await byRoom;
      throw networkError(error);
    }
    if (error instanceof ApiError && error.status === 401) void checkSession();
    throw error;
  } finally {
    posts.delete(mine);
  }
}

async function checkSession(): Promise<void> {
  const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => undefined);
  if (me === null) sessionEnded();
}

/** Alone among the tabs of this browser; without locks (a page without TLS) at least alone in this tab. */
async function exclusive(name: string, run: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return await run();
  await navigator.locks.request(`${NAME}.${name}`, run);
}

let current: { accountId: string; outbox: Outbox; close(): void } | null = null;

/** The account's outbox; another account's, if there was one, falls silent and keeps what it has. */
export function outboxOf(accountId: string): Outbox {
  if (current?.accountId === accountId) return current.outbox;
  current?.close();
  current = openOutbox(accountId);
  return current.outbox;
}

function openOutbox(accountId: string) {
  const tabs = new BroadcastChannel(`${NAME}.${accountId}`);
  const outbox = createOutbox({
    accountId,
    store,
    exclusive,
    send,
    isOwnSession: () => accountHere() === accountId,
    isOnline: () => navigator.onLine,
    now: () => Date.now(),
    random: Math.random,
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    tellTabs: () => tabs.postMessage(null),
    onAcked: (entry, ack) => applyMessage(queryClient, ackedMessage(entry, ack)),
    onCount: (count) => noteUnsent(accountId, count),
  });
  tabs.onmessage = () => void outbox.hearTabs();
  const wake = () => void outbox.wake();
  const wakeIfVisible = () => {
    if (document.visibilityState === "visible") wake();
  };
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wakeIfVisible);
  document.addEventListener("visibilitychange", wakeIfVisible);
  const unlisten = listenToUserRoom({ onWelcome: wake });
  return {
    accountId,
    outbox,
    close() {
      outbox.stop();
      tabs.close();
      unlisten();
      window.removeEventListener("online", wake);
      window.removeEventListener("pageshow", wakeIfVisible);
      document.removeEventListener("visibilitychange", wakeIfVisible);
    },
  };
}
