/** The preview in a conversation's row: unsent text, or the newest message with its status. Pure. */
import type { Chat } from "../../../i18n/en/chat.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { receiptOf } from "../data/receipts.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import { oneLine, previewOf } from "../text/conversation-text.ts";
import type { MessageState } from "../thread/message/message-status.tsx";

export interface RowPreview {
  text: string;
  /** The text is a draft: it is labelled and has a colour of its own. */
  isDraft: boolean;
  /** The status of an own message; null for a draft, for messages of others, and in groups. */
  state: MessageState | null;
  /** The time of the last message; null when there is none. */
  at: string | null;
}

/**
 * @param draft the composer's text; empty for the open conversation, whose composer shows it
 * @param pending own messages that the server does not have, oldest first
 */
export function rowPreview(
  conversation: Conversation,
  meId: string,
  { draft, pending }: { draft: string; pending: readonly OutboxEntry[] },
  t: Chat,
): RowPreview {
  const last = conversation.lastMessage;
  const at = last?.at ?? null;
  const draftText = oneLine(draft);
  if (draftText) return { text: draftText, isDraft: true, state: null, at };
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
