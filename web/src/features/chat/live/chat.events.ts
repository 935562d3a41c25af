/** What a conversation's room and the account's own room say about chat, patched into the cache. */
import type { QueryClient } from "@tanstack/react-query";
import type { ConversationEvent } from "../../../../../party/protocol/conversation-events.ts";
import type { UserEvent } from "../../../../../party/protocol/user-events.ts";
import type { RoomEvent } from "../../../realtime/frames.ts";
import type { Message, Participant } from "../../../realtime/views.ts";
import {
  chatKeys,
  findConversation,
  laterPointers,
  newerConversation,
  patchConversation,
  removeConversation,
  withNumbers,
} from "../data/chat.cache.ts";
import { type History, hearMessage } from "../data/message-history.ts";
import { guessTotals } from "../data/unread-totals.cache.ts";

type DataOf<E extends { type: string; data: unknown }, T extends string> = Extract<E, { type: T }>["data"];
export type Touched = DataOf<UserEvent, "conversation.touched">;
export type Left = DataOf<UserEvent, "conversation.left">;
type ReceiptMoved = DataOf<ConversationEvent, "receipt.moved">;
type ConversationChanged = DataOf<ConversationEvent, "conversation.changed">;

/** Messages that came while a page was being read: a page that was on its way does not know them. */
const listening = new Set<{ conversationId: string; heard: Message[] }>();

/** Reads something of a conversation; what is heard meanwhile comes along with the answer. */
export async function readListening<T>(
  conversationId: string,
  read: () => Promise<T>,
): Promise<{ answer: T; heard: readonly Message[] }> {
  const mine = { conversationId, heard: [] as Message[] };
  listening.add(mine);
  try {
    return { answer: await read(), heard: mine.heard };
  } finally {
    listening.delete(mine);
  }
}

/** Who hears an event, and whether they look at what comes. */
export interface Hearer {
  meId: string;
  isWatching: boolean;
}

/** One event of an open conversation's room. What this version does not know is left alone. */
export function applyConversationEvent(
  client: QueryClient,
  conversationId: string,
  event: RoomEvent,
  hearer: Hearer,
): void {
  // The room parsed the data with zod before it was logged; the type says which shape it is.
  const known = event as RoomEvent & ConversationEvent;
  switch (known.type) {
    case "message.created":
      // Before it stands in the list: only what is newer than that is counted.
      if (!hearer.isWatching) countUnread(client, known.data, hearer.meId);
      applyMessage(client, known.data);
      break;
    case "message.changed":
      applyMessage(client, known.data);
      break;
    case "receipt.moved":
      applyReceiptMoved(client, conversationId, known.data);
      break;
    case "conversation.changed":
      applyConversationChanged(client, known.data);
      break;
    default:
      known satisfies never;
  }
}

/** A message, by its event or by the answer to sending it. */
export function applyMessage(client: QueryClient, message: Message): void {
  for (const each of listening) {
    if (each.conversationId === message.conversationId) each.heard.push(message);
  }
  client.setQueryData<History>(
    chatKeys.history(message.conversationId),
    (history) => history && hearMessage(history, message),
  );
  showLast(client, message);
}

/**
 * One more unread, as the room counts it too: its own number takes the place of this one, and comes later the longer the
 * conversation stays open. `rev` stays. What a number has counted already is not behind `lastSeq` any more.
 */
function countUnread(client: QueryClient, message: Message, meId: string): void {
  const { conversationId, seq, kind, senderId, isHidden } = message;
  if (kind !== "text" || senderId === meId || isHidden) return;
  patchConversation(client, conversationId, (conversation) => {
    if (seq <= conversation.lastSeq || seq <= conversation.readSeq) return conversation;
    const { state, isMuted } = conversation.viewer;
    if (state === "accepted" && !isMuted) guessTotals(client, { unread: 1 });
    return { ...conversation, unread: conversation.unread + 1 };
  });
}

/** As long as the room makes it (party/rooms/conversation/views.ts). */
const PREVIEW_MAX_CHARS = 140;

/** The newest words as a list shows them, before one's own room says the same with its numbers. */
function showLast(client: QueryClient, message: Message): void {
  const { conversationId, seq, kind, senderId, body, notice, isDeleted, createdAt } = message;
  patchConversation(client, conversationId, (conversation) => {
    if (seq < conversation.lastSeq) return conversation;
    const line = body.replaceAll(/\s+/g, " ").trim();
    const preview = [...line].slice(0, PREVIEW_MAX_CHARS).join("");
    const lastMessage = { seq, kind, senderId, preview, notice, isDeleted, at: createdAt };
    return { ...conversation, lastSeq: seq, lastMessage };
  });
}

/** Someone's devices got further, or they read further. */
export function applyReceiptMoved(client: QueryClient, conversationId: string, event: ReceiptMoved): void {
  const { userId, ...pointers } = event;
  patchConversation(client, conversationId, (conversation) => {
    const move = (one: Participant) =>
      one.id === userId ? laterPointers(one, { ...one, ...pointers }) : one;
    return { ...conversation, participants: conversation.participants.map(move) };
  });
}

/** Who is in it, how it is called and what one may do; the numbers come by `conversation.touched`. */
export function applyConversationChanged(client: QueryClient, event: ConversationChanged): void {
  patchConversation(client, event.id, (conversation) =>
    event.version < conversation.version
      ? conversation
      : newerConversation(conversation, { ...conversation, ...event }),
  );
}

/**
 * A conversation has news. Answers true when the whole of it must be read: it is not known, or its roster is newer. `hasLists`:
 * with no list loaded, a conversation that nobody knows needs not be read.
 */
export function applyTouched(client: QueryClient, { conversation: heard }: Touched): boolean {
  const known = findConversation(client, heard.id);
  if (!known) return client.getQueriesData({ queryKey: chatKeys.lists }).some(([, list]) => list);
  patchConversation(client, heard.id, (conversation) => {
    if (heard.rev < conversation.rev) return conversation;
    const viewer = { ...conversation.viewer, state: heard.state, isMuted: heard.isMuted };
    return { ...withNumbers(conversation, heard), viewer };
  });
  return heard.version > known.version;
}

/** One is no longer in it. */
export function applyLeft(client: QueryClient, { id }: Left): void {
  removeConversation(client, id);
}

/** A request was answered here: one fewer waits, unless the account's own room has said so already. */
export function applyAnswered(client: QueryClient, id: string): void {
  if (findConversation(client, id)?.viewer.state === "requested") guessTotals(client, { requests: -1 });
}
