/** How far one's own message got, as its row says it. Pure. */
import type { Chat } from "../../../../i18n/en/chat.ts";
import type { Conversation, Participant } from "../../../../realtime/views.ts";
import type { ShownMessage } from "../../data/chat.types.ts";
import { dayAndTime } from "../../data/message-time.ts";
import { receiptOf } from "../../data/receipts.ts";
import { isUnanswered } from "../../data/request-limit.ts";
import { whyFailed } from "../../outbox/send-errors.ts";
import type { MessageState } from "./message-status.tsx";

export interface OwnState {
  /** Null for messages of others. */
  state: MessageState | null;
  stateText: string | undefined;
  /** When it was sent, delivered and read, as far as that is known. */
  details: string | null;
  /** Null unless it was refused. */
  failedWhy: string | null;
  canRetry: boolean;
}

const PLAIN = { stateText: undefined, details: null, failedWhy: null, canRetry: false };

/** The state of this message, with words and times. */
export function ownState(
  message: ShownMessage,
  conversation: Conversation,
  meId: string,
  partner: Participant | null,
  locale: string,
  t: Chat,
): OwnState {
  if (message.senderId !== meId) return { ...PLAIN, state: null };
  if (message.local?.state === "failed") {
    const { why, canRetry } = whyFailed(message.local.code, isUnanswered(conversation, meId), t);
    return { ...PLAIN, state: "failed", failedWhy: why, canRetry };
  }
  if (message.local) return { ...PLAIN, state: message.local.state };
  const { state, readBy } = receiptOf(message, conversation.participants, meId);
  const isGroup = conversation.kind === "group";
  const stateText = isGroup
    ? state === "read"
      ? t.readByAll
      : readBy.length > 0
        ? t.readBy(readBy.length)
        : undefined
    : undefined;
  const now = Date.now();
  // The pointers carry the time of their last move: it tells of the message they stand at, and of those moved over with it.
  const times = [
    t.sentAt(dayAndTime(message.createdAt, locale, now)),
    partner?.deliveredAt && partner.deliveredSeq >= message.seq
      ? t.deliveredAt(dayAndTime(later(partner.deliveredAt, message.createdAt), locale, now))
      : null,
    partner?.readAt && (partner.readSeq ?? 0) >= message.seq
      ? t.readAt(dayAndTime(later(partner.readAt, message.createdAt), locale, now))
      : null,
  ];
  return { ...PLAIN, state, stateText, details: times.filter((time) => time !== null).join(" · ") };
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}
