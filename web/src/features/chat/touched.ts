/**
 * What the account's room says about conversations, for a page that has loaded nothing of chat: the total on the icon, and the
 * word back that the messages are on this device. Whoever shows conversations listens for the rest.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { UserEvent } from "../../../../party/protocol/user-events.ts";
import { sayToUserRoom } from "../../realtime/user-link.ts";
import type { ConversationTotals } from "../../realtime/views.ts";
import { createLatest } from "./latest.ts";
import { hearTotals } from "./totals.cache.ts";

type News = Extract<UserEvent, { type: "conversation.touched" | "conversation.left" }>;

export interface ChatListener {
  hear(news: News): void;
  /** What was missed cannot be told. */
  resync(): void;
}

/** Tells of several messages with one word. */
const DELIVERED_AFTER_MS = 300;

let chat: ChatListener | null = null;

export function setChatListener(listener: ChatListener): void {
  chat = listener;
}

// Lost words are no loss: the next message says it again, and opening the conversation does.
const delivered = createLatest({
  waitMs: DELIVERED_AFTER_MS,
  say: (conversationId, seq) => sayToUserRoom({ type: "receipt.delivered", conversationId, seq }),
  setTimer: (run, ms) => setTimeout(run, ms),
});

/** Says, in a moment, that a conversation's messages up to `seq` are on this device. */
export function noteDelivered(conversationId: string, seq: number): void {
  if (seq > 0) delivered.note(conversationId, seq);
}

/** `conversation.touched` and `conversation.left`. */
export function applyChatNews(client: QueryClient, news: News, meId: string): void {
  hearTotals(client, news.data.totals as ConversationTotals);
  if (news.type === "conversation.touched") {
    const { id, lastSeq, lastMessage, unread } = news.data.conversation;
    if (unread > 0 && lastMessage?.senderId !== meId) noteDelivered(id, lastSeq);
  }
  chat?.hear(news);
}

/** For conversations that are shown: read them again. */
export function resyncChat(): void {
  chat?.resync();
}
