/** What was looked at: shown at once, told a moment later, told again whenever a new socket is up. */
import { queryClient } from "../../api/query-client.ts";
import { postRead } from "./chat.api.ts";
import { findConversation, patchConversation } from "./chat.cache.ts";
import { onRoomWelcome, sayInRoom } from "./rooms.ts";
import { guessTotals } from "./totals.cache.ts";

const READ_AFTER_MS = 150;

/** By account and conversation: the newest place that was looked at here. */
const wanted = new Map<string, number>();
const due = new Set<string>();

const keyOf = (meId: string, conversationId: string) => `${meId}:${conversationId}`;

/** Notes that everything up to `seq` was looked at. */
export function noteRead(meId: string, conversationId: string, seq: number): void {
  const key = keyOf(meId, conversationId);
  const known = findConversation(queryClient, conversationId);
  if (seq <= Math.max(wanted.get(key) ?? 0, 0) || (known && seq <= known.readSeq && known.unread === 0))
    return;
  wanted.set(key, seq);
  guessRead(conversationId, seq);
  if (due.has(key)) return;
  due.add(key);
  setTimeout(() => {
    due.delete(key);
    tell(key, conversationId);
  }, READ_AFTER_MS);
}

onRoomWelcome((meId, conversationId) => {
  const key = keyOf(meId, conversationId);
  if (wanted.has(key) && !due.has(key)) tell(key, conversationId);
});

function tell(key: string, conversationId: string): void {
  const seq = wanted.get(key);
  if (seq === undefined || sayInRoom(conversationId, { type: "receipt.read", seq })) return;
  // Lost as well: the next socket says it.
  postRead(conversationId, seq).catch(() => {});
}

/** The numbers as they will be; `rev` and `version` stay, so that the truth replaces them. */
function guessRead(conversationId: string, seq: number): void {
  patchConversation(queryClient, conversationId, (conversation) => {
    if (seq <= conversation.readSeq && conversation.unread === 0) return conversation;
    const unread = seq >= conversation.lastSeq ? 0 : conversation.unread;
    const { state, isMuted } = conversation.viewer;
    if (state === "accepted" && !isMuted) guessTotals(queryClient, unread - conversation.unread);
    return { ...conversation, readSeq: Math.max(seq, conversation.readSeq), unread };
  });
}
