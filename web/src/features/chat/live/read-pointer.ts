/** What was looked at: shown at once, told a moment later, told again whenever a new socket is up. */
import { queryClient } from "../../../api/query-client.ts";
import { postRead } from "../data/chat.api.ts";
import { findConversation, patchConversation } from "../data/chat.cache.ts";
import { guessTotals } from "../data/unread-totals.cache.ts";
import { listenToRooms, sayInRoom } from "./conversation-connections.ts";

const READ_AFTER_MS = 150;

/** By account and conversation: the newest place that was looked at here, and the newest that the room knows of. */
const wanted = new Map<string, number>();
const told = new Map<string, number>();
const due = new Set<string>();

const keyOf = (meId: string, conversationId: string) => `${meId}:${conversationId}`;

/** Notes that everything up to `seq` was looked at. */
export function noteRead(meId: string, conversationId: string, seq: number): void {
  const key = keyOf(meId, conversationId);
  const known = findConversation(queryClient, conversationId);
  if (seq <= (wanted.get(key) ?? 0) || (known && seq <= known.readSeq && known.unread === 0)) return;
  wanted.set(key, seq);
  applyOptimisticRead(conversationId, seq);
  if (due.has(key)) return;
  due.add(key);
  setTimeout(() => {
    due.delete(key);
    tell(key, conversationId);
  }, READ_AFTER_MS);
}

/** True when the room has been told that everything up to there was looked at: then it need not hear that it arrived. */
export function isToldRead(meId: string, conversationId: string, seq: number): boolean {
  return (told.get(keyOf(meId, conversationId)) ?? 0) >= seq;
}

listenToRooms({
  onWelcome(meId, conversationId) {
    const key = keyOf(meId, conversationId);
    told.delete(key);
    if (!due.has(key)) tell(key, conversationId);
  },
  // Who speaks has read: the room counts it so by itself.
  onOwnMessage(meId, conversationId, seq) {
    const key = keyOf(meId, conversationId);
    told.set(key, Math.max(seq, told.get(key) ?? 0));
  },
});

// What is due when the page goes is said by a request, which outlives it; a socket's last words may not.
globalThis.addEventListener?.("pagehide", () => {
  for (const key of due) {
    const [, conversationId = ""] = key.split(":");
    const seq = wanted.get(key) ?? 0;
    if (seq > (told.get(key) ?? 0)) postRead(conversationId, seq).catch(() => {});
  }
});

function tell(key: string, conversationId: string): void {
  const seq = wanted.get(key) ?? 0;
  if (seq <= (told.get(key) ?? 0)) return;
  told.set(key, seq);
  if (sayInRoom(conversationId, { type: "receipt.read", seq })) return;
  // Lost as well: the next socket says it.
  postRead(conversationId, seq).catch(() => told.delete(key));
}

/** The numbers as they will be; `rev` and `version` stay, so that the truth replaces them. */
function applyOptimisticRead(conversationId: string, seq: number): void {
  patchConversation(queryClient, conversationId, (conversation) => {
    if (seq <= conversation.readSeq && conversation.unread === 0) return conversation;
    const unread = seq >= conversation.lastSeq ? 0 : conversation.unread;
    const { state, isMuted } = conversation.viewer;
    if (state === "accepted" && !isMuted) guessTotals(queryClient, { unread: unread - conversation.unread });
    return { ...conversation, readSeq: Math.max(seq, conversation.readSeq), unread };
  });
}
