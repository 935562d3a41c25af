/** Delivered and read receipts of own messages. Pure. */
import type { Member, Message } from "../../../realtime/views.ts";

export interface Receipt {
  /** "read": all other members who share it; "delivered": all other members; "sent": the server has it. */
  state: "sent" | "delivered" | "read";
  /** The members who have read the message, among those who share read receipts. */
  readBy: Member[];
}

/** The receipt of an own message, from the other members' pointers. */
export function receiptOf(
  message: Pick<Message, "seq">,
  participants: readonly Member[],
  meId: string,
): Receipt {
  const others = participants.filter((one) => one.id !== meId);
  const sharing = others.filter((one) => one.readSeq !== null);
  const readBy = sharing.filter((one) => (one.readSeq ?? 0) >= message.seq);
  if (sharing.length > 0 && readBy.length === others.length) return { state: "read", readBy };
  const isDelivered = others.length > 0 && others.every((one) => one.deliveredSeq >= message.seq);
  return { state: isDelivered ? "delivered" : "sent", readBy };
}
