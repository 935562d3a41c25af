/** Sample data for chat tests. */
import type { Conversation, Member, Message } from "../../../realtime/views.ts";
import { person } from "../../../testing/views.test-data.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";

const atMinute = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

export const sampleMessage = (seq: number, over: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  conversationId: "c1",
  seq,
  kind: "text",
  clientId: `client-${seq}`,
  senderId: "ben",
  body: `body of ${seq}`,
  notice: null,
  replyTo: null,
  reactions: [],
  createdAt: atMinute(seq),
  editedAt: null,
  isDeleted: false,
  isHidden: false,
  version: 1,
  ...over,
});

export const sampleMember = (id: string, over: Partial<Member> = {}): Member => ({
  ...person(id),
  role: "member",
  state: "accepted",
  joinedAt: atMinute(0),
  deliveredSeq: 0,
  deliveredAt: null,
  readSeq: 0,
  readAt: null,
  ...over,
});

/** A conversation of ann and ben whose newest message has the seq `lastSeq`. */
export const sampleConversation = (
  id: string,
  lastSeq = 3,
  over: Partial<Conversation> = {},
): Conversation => ({
  id,
  rev: lastSeq,
  lastSeq,
  lastMessage: sampleLast(lastSeq),
  readSeq: 0,
  unread: lastSeq,
  kind: "direct",
  name: null,
  createdAt: atMinute(0),
  version: 1,
  participants: [sampleMember("ann"), sampleMember("ben")],
  viewer: { role: "member", state: "accepted", isMuted: false, canSend: true },
  ...over,
});

export const sampleLast = (seq: number): NonNullable<Conversation["lastMessage"]> => ({
  seq,
  kind: "text",
  senderId: "ben",
  preview: `body of ${seq}`,
  notice: null,
  isDeleted: false,
  at: atMinute(seq),
});

export const sampleEntry = (clientId: string, over: Partial<OutboxEntry> = {}): OutboxEntry => ({
  clientId,
  conversationId: "c1",
  accountId: "ann",
  body: `body of ${clientId}`,
  replyTo: null,
  createdAt: Date.UTC(2026, 0, 1),
  state: "sending",
  code: null,
  ...over,
});
