/**
 * What the account's room says about conversations, for a page that has loaded nothing of chat: the total on the icon, and the
 * word back that the messages are on this device. Whoever shows conversations listens for the rest.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { UserEvent } from "../../../../../party/protocol/user-events.ts";
import { sayToUserRoom } from "../../../realtime/user-link.ts";
import { hearTotals } from "../data/unread-totals.cache.ts";
import { createLatest } from "./latest-value-sender.ts";

export type ChatNews = Extract<UserEvent, { type: "conversation.touched" | "conversation.left" }>;

export interface ChatListener {
  hear(news: ChatNews): void;
  /** What was missed cannot be told. */
  resync(): void;
  /** By the conversation's own socket, if one is up; true also when it is known there. False otherwise. */
  sayDelivered(meId: string, conversationId: string, seq: number): boolean;
}

/** Tells of several messages with one word. */
const DELIVERED_AFTER_MS = 300;
const DELIVERED_AT_ONCE = 4;

let chat: ChatListener | null = null;

export function setChatListener(listener: ChatListener): void {
  chat = listener;
}

// What could not be said is no loss: the next message says it again, and so does opening the conversation.
const delivered = createLatest({
  waitMs: DELIVERED_AFTER_MS,
  mostAtOnce: DELIVERED_AT_ONCE,
  say: (name, seq) => {
    const [meId = "", conversationId = ""] = name.split(":");
    if (chat?.sayDelivered(meId, conversationId, seq)) return true;
    return sayToUserRoom({ type: "receipt.delivered", conversationId, seq });
  },
  setTimer: (run, ms) => setTimeout(run, ms),
});

/** Says, in a moment, that a conversation's messages up to `seq` are on this device. */
export function noteDelivered(meId: string, conversationId: string, seq: number): void {
  // By account: another one in this browser has pointers of its own.
  delivered.note(`${meId}:${conversationId}`, seq);
}

/** `conversation.touched` and `conversation.left`. */
export function applyChatNews(client: QueryClient, news: ChatNews, meId: string): void {
  hearTotals(client, news.data.totals);
  if (news.type === "conversation.touched") {
    const { id, lastSeq, unread } = news.data.conversation;
    if (unread > 0) noteDelivered(meId, id, lastSeq);
  }
  chat?.hear(news);
}

/** For conversations that are shown: read them again. */
export function resyncChat(): void {
  chat?.resync();
}
