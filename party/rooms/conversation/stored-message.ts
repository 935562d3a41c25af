/** A message as Postgres stores it, and as the room and its clients have it. */
import type { Message } from "../../../db/views/conversation.view.ts";
import type { StoredMessage } from "../../outbox/conversation-snapshot.ts";

export function toStored({ conversationId: _, isHidden: __, reactions, ...message }: Message): StoredMessage {
  return {
    ...message,
    reactions: Object.fromEntries(reactions.map(({ emoji, userIds }) => [emoji, userIds])),
  };
}

export function fromStored(conversationId: string, { reactions, ...message }: StoredMessage): Message {
  return {
    ...message,
    conversationId,
    reactions: sortReactions(Object.entries(reactions).map(([emoji, userIds]) => ({ emoji, userIds }))),
    isHidden: false,
  };
}

/** Reactions are sorted by emoji, in the room as in Postgres. */
export function sortReactions(reactions: Message["reactions"]): Message["reactions"] {
  return reactions.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1));
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Tells whether a message that is sent again under one client id has the same text: two passes of FNV-1a (Fowler, Noll, Vo; 32
 * bits), each from another offset. It only has to catch a mistake of the sender's own client, so it need not be cryptographic.
 */
export function digestOf({ body, replyTo }: { body: string; replyTo: number | null }): string {
  const text = `${replyTo ?? ""}:${body}`;
  let one = FNV_OFFSET;
  let two = ~FNV_OFFSET;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, FNV_PRIME);
    two = Math.imul(two ^ unit, FNV_PRIME);
  }
  return `${one >>> 0}.${two >>> 0}.${text.length}`;
}
