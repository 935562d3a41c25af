/** A conversation as one viewer sees it: without receipts that are not shared, and without the content of hidden people. */
import type { z } from "zod";
import type { Conversation, LastMessage, Member, Message } from "../../../db/views/conversation.view.ts";
import type { conversationEventSchema } from "../../protocol/conversation-events.ts";
import type { MemberState, MemberStates } from "./member-states.ts";
import type { Roster, RosterMember } from "./roster.ts";

type EventOf<T> = Extract<z.infer<typeof conversationEventSchema>, { type: T }>["data"];
export type Receipt = EventOf<"receipt.moved">;
export type ConversationChanged = EventOf<"conversation.changed">;

export const PREVIEW_MAX_CHARS = 140;

/** In a group: without the text and the reactions of people hidden from the viewer. Answers the same object if nothing is redacted. */
export function redactMessage(message: Message, roster: Roster, viewerId: string): Message {
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

/** Delivered and read pointers of a member, as far as the viewer may see them. */
export function redactReceipt(receipt: Receipt, roster: Roster, viewerId: string): Receipt {
  const showsDelivered = roster.shows(viewerId, receipt.userId);
  const showsRead = roster.sharesReceipts(viewerId, receipt.userId);
  return {
    userId: receipt.userId,
    deliveredSeq: showsDelivered ? receipt.deliveredSeq : 0,
    deliveredAt: showsDelivered ? receipt.deliveredAt : null,
    readSeq: showsRead ? receipt.readSeq : null,
    readAt: showsRead ? receipt.readAt : null,
  };
}

/** The roster as one of its members sees it. */
export function conversationFor(
  roster: Roster,
  states: Pick<MemberStates, "get">,
  viewer: RosterMember,
): ConversationChanged {
  const { id, kind, name, createdAt, version, participants, absent } = roster.view;
  const isBlocked =
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
      .map((person) => memberFor(roster, person, states.get(person.id) ?? person, viewer.id)),
    viewer: { role: viewer.role, state: viewer.state, isMuted: viewer.isMuted, canSend: !isBlocked },
  };
}

/** The newest message as the conversation list shows it. */
export function lastMessageFor(message: Message, roster: Roster, viewerId: string): LastMessage {
  const { seq, kind, senderId, notice, isDeleted, createdAt } = message;
  const { body } = redactMessage(message, roster, viewerId);
  return { seq, kind, senderId, preview: previewOf(body), notice, isDeleted, at: createdAt };
}

/** The part of a conversation that changes with every message, for one member. */
export function memberStateFor(
  roster: Roster,
  member: RosterMember,
  state: MemberState,
  last: Message | null,
): Pick<Conversation, "id" | "rev" | "lastSeq" | "lastMessage" | "readSeq" | "unread"> {
  return {
    id: roster.view.id,
    rev: state.rev,
    lastSeq: last?.seq ?? 0,
    lastMessage: last && lastMessageFor(last, roster, member.id),
    readSeq: state.readSeq,
    unread: state.unread,
  };
}

function memberFor(
  roster: Roster,
  { id, handle, name, role, state, joinedAt }: RosterMember,
  pointers: Pointers,
  viewerId: string,
): Member {
  const { userId: _, ...receipt } = redactReceipt({ userId: id, ...pointersOf(pointers) }, roster, viewerId);
  return { id, handle, name, role, state, joinedAt, ...receipt };
}

type Pointers = Pick<MemberState, "deliveredSeq" | "deliveredAt" | "readSeq" | "readAt">;

export function pointersOf({ deliveredSeq, deliveredAt, readSeq, readAt }: Pointers): Pointers {
  return { deliveredSeq, deliveredAt, readSeq, readAt };
}

/** On one line, with the length that Postgres gives a preview. */
function previewOf(body: string): string {
  const line = body
    .slice(0, PREVIEW_MAX_CHARS * 4)
    .replaceAll(/\s+/g, " ")
    .trim();
  return [...line].slice(0, PREVIEW_MAX_CHARS).join("");
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
