/** What one viewer is shown of a conversation: nobody else's receipts against their will, no words of hidden people. */
import type { z } from "zod";
import type { Conversation, LastMessage, Message, Participant } from "../../../db/views/conversation.view.ts";
import type { conversationEventSchema } from "../../protocol/conversation-events.ts";
import type { Numbers, PersonNumbers } from "./receipts.ts";
import type { Roster, RosterPerson } from "./roster.ts";

type EventOf<T> = Extract<z.infer<typeof conversationEventSchema>, { type: T }>["data"];
export type Receipt = EventOf<"receipt.moved">;
export type ConversationChanged = EventOf<"conversation.changed">;

export const PREVIEW_MAX_CHARS = 140;

/** In a group: without the words of people hidden from the viewer, and without what they reacted with. */
export function messageFor(message: Message, roster: Roster, viewerId: string): Message {
  if (!roster.isGroup) return message;
  const hidden = roster.hiddenFrom(viewerId);
  if (hidden.size === 0) return message;
  const isHidden = message.kind === "text" && message.senderId !== null && hidden.has(message.senderId);
  const reactions = message.reactions.flatMap(({ emoji, userIds }) => {
    const shown = userIds.filter((id) => !hidden.has(id));
    return shown.length > 0 ? { emoji, userIds: shown } : [];
  });
  return { ...message, body: isHidden ? "" : message.body, reactions, isHidden };
}

/** How far somebody has read, as far as it is for the viewer to know. */
export function receiptFor(receipt: Receipt, roster: Roster, viewerId: string): Receipt {
  const isTold = roster.shows(viewerId, receipt.userId);
  const isShown = roster.sharesReceipts(viewerId, receipt.userId);
  return {
    userId: receipt.userId,
    deliveredSeq: isTold ? receipt.deliveredSeq : 0,
    deliveredAt: isTold ? receipt.deliveredAt : null,
    readSeq: isShown ? receipt.readSeq : null,
    readAt: isShown ? receipt.readAt : null,
  };
}

/** The roster as one of its people sees it. */
export function conversationFor(
  roster: Roster,
  numbers: Pick<Numbers, "get">,
  viewer: RosterPerson,
): ConversationChanged {
  const { id, kind, name, createdAt, version, participants, absent } = roster.view;
  const isShut =
    !roster.isGroup &&
    [...participants, ...absent].some((other) => roster.isBlockedBetween(viewer.id, other.id));
  return {
    id,
    kind,
    name,
    createdAt,
    version,
    participants: [...participants, ...absent]
      .toSorted((a, b) => compare(a.joinedAt, b.joinedAt) || compare(a.id, b.id))
      .map((person) => participantFor(roster, person, numbers.get(person.id) ?? person, viewer.id)),
    viewer: { role: viewer.role, state: viewer.state, isMuted: viewer.isMuted, canSend: !isShut },
  };
}

/** The newest message as a list shows it. */
export function lastMessageFor(message: Message, roster: Roster, viewerId: string): LastMessage {
  const { seq, kind, senderId, notice, isDeleted, createdAt } = message;
  const { body } = messageFor(message, roster, viewerId);
  return { seq, kind, senderId, preview: previewOf(body), notice, isDeleted, at: createdAt };
}

/** What moves with every message, for one person. */
export function numbersFor(
  roster: Roster,
  person: RosterPerson,
  numbers: PersonNumbers,
  last: Message | null,
): Pick<Conversation, "id" | "rev" | "lastSeq" | "lastMessage" | "readSeq" | "unread"> {
  return {
    id: roster.view.id,
    rev: numbers.rev,
    lastSeq: last?.seq ?? 0,
    lastMessage: last && lastMessageFor(last, roster, person.id),
    readSeq: numbers.readSeq,
    unread: numbers.unread,
  };
}

function participantFor(
  roster: Roster,
  { id, handle, name, role, state, joinedAt }: RosterPerson,
  numbers: Pointers,
  viewerId: string,
): Participant {
  const { userId: _, ...receipt } = receiptFor({ userId: id, ...pointersOf(numbers) }, roster, viewerId);
  return { id, handle, name, role, state, joinedAt, ...receipt };
}

type Pointers = Pick<PersonNumbers, "deliveredSeq" | "deliveredAt" | "readSeq" | "readAt">;

export function pointersOf({ deliveredSeq, deliveredAt, readSeq, readAt }: Pointers): Pointers {
  return { deliveredSeq, deliveredAt, readSeq, readAt };
}

/** On one line, and no longer than Postgres would make it. */
function previewOf(body: string): string {
  const line = body
    .slice(0, PREVIEW_MAX_CHARS * 4)
    .replaceAll(/\s+/g, " ")
    .trim();
  return [...line].slice(0, PREVIEW_MAX_CHARS).join("");
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
