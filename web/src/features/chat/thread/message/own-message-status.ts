/** The status of an own message as its row shows it. Pure. */
import type { Chat } from "../../../../i18n/en/chat.ts";
import type { Conversation, Member } from "../../../../realtime/views.ts";
import type { ShownMessage } from "../../data/chat.types.ts";
import { receiptOf } from "../../data/receipts.ts";
import { isUnanswered } from "../../data/request-limit.ts";
import { dayAndTime } from "../../text/message-time.ts";
import { sendFailure } from "../../text/send-failure-text.ts";
import type { MessageState } from "./message-status.tsx";

export interface OwnStatus {
  /** Null for messages of other senders. */
  state: MessageState | null;
  stateText: string | undefined;
  /** When it was sent, delivered and read, if known. */
  details: string | null;
  /** Null unless the server refused it. */
  failedWhy: string | null;
  canRetry: boolean;
}

const PLAIN = { stateText: undefined, details: null, failedWhy: null, canRetry: false };

/** The status of this message, with texts and times. */
export function ownStatus(
  message: ShownMessage,
  conversation: Conversation,
  meId: string,
  partner: Member | null,
  locale: string,
  t: Chat,
): OwnStatus {
  if (message.senderId !== meId) return { ...PLAIN, state: null };
  if (message.local?.state === "failed") {
    const { why, canRetry } = sendFailure(message.local.code, isUnanswered(conversation, meId), t);
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
  // A pointer's time is that of its last move; it is used for every message up to the pointer.
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
