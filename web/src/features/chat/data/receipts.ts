/** How far one's own message got. Pure. */
import type { Message, Participant } from "../../../realtime/views.ts";

export interface Receipt {
  /** Of the others: read by all who share it, on a device of all, or with the server alone. */
  state: "sent" | "delivered" | "read";
  /** Who has read it, of those who share it. */
  readBy: Participant[];
}

/** The receipt of a message of one's own, by where the others' pointers stand. */
export function receiptOf(
  message: Pick<Message, "seq">,
  participants: readonly Participant[],
  meId: string,
): Receipt {
  const others = participants.filter((one) => one.id !== meId);
  const sharing = others.filter((one) => one.readSeq !== null);
  const readBy = sharing.filter((one) => (one.readSeq ?? 0) >= message.seq);
  if (sharing.length > 0 && readBy.length === others.length) return { state: "read", readBy };
  const isDelivered = others.length > 0 && others.every((one) => one.deliveredSeq >= message.seq);
  return { state: isDelivered ? "delivered" : "sent", readBy };
}
