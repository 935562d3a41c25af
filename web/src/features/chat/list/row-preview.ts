/** What a conversation's row says last: words not sent yet, or the newest message and how far it got. Pure. */
import type { Chat } from "../../../i18n/en/chat.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { oneLine, previewOf } from "../data/conversation-text.ts";
import { receiptOf } from "../data/receipts.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import type { MessageState } from "../thread/message/message-status.tsx";

export interface LastLine {
  text: string;
  /** The text is a draft's: it has its own word and colour. */
  isDraft: boolean;
  /** How far one's own message got; null for a draft, for words of others, and in groups, where it is nobody's in particular. */
  state: MessageState | null;
  /** When; null for a draft, and before anything was said. */
  at: string | null;
}

/**
 * @param draft the composer's words; empty where they are on the screen already
 * @param pending one's own that the server does not have, oldest first
 */
export function lastLineOf(
  conversation: Conversation,
  meId: string,
  { draft, pending }: { draft: string; pending: readonly OutboxEntry[] },
  t: Chat,
): LastLine {
  const last = conversation.lastMessage;
  const at = last?.at ?? null;
  const words = oneLine(draft);
  if (words) return { text: words, isDraft: true, state: null, at };
  const waiting = pending.at(-1);
  if (waiting) {
    return {
      text: t.you(oneLine(waiting.body)),
      isDraft: false,
      state: waiting.state,
      at: new Date(waiting.createdAt).toISOString(),
    };
  }
  const isOwn = last?.kind === "text" && last.senderId === meId && !last.isDeleted;
  const state =
    isOwn && conversation.kind === "direct" ? receiptOf(last, conversation.participants, meId).state : null;
  return { text: previewOf(conversation, meId, t), isDraft: false, state, at };
}
