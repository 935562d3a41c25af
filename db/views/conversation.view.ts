/** Conversations and their messages as the wire shows them. */
import { z } from "zod";
import { personSchema } from "./person.view.ts";

const at = z.iso.datetime({ offset: true });
/** A message's place in its conversation: 1, 2, 3, ... without holes. */
const place = z.int().min(0);

export const conversationKinds = ["direct", "group"] as const;
export const participantRoles = ["admin", "member"] as const;
/** `requested`: was written to by a stranger, or invited by one, and has not answered yet. */
export const participantStates = ["accepted", "requested"] as const;

export const participantSchema = personSchema.extend({
  role: z.enum(participantRoles),
  state: z.enum(participantStates),
  joinedAt: at,
  /** The newest message that reached one of this person's devices, and when. */
  deliveredSeq: place,
  deliveredAt: at.nullable(),
  /** The newest message this person has read, and when; null when the viewer or this person does not share it. */
  readSeq: place.nullable(),
  readAt: at.nullable(),
});
export type Participant = z.infer<typeof participantSchema>;

export const noticeSchema = z.object({
  type: z.enum(["created", "renamed", "added", "removed", "left", "promoted", "demoted"]),
  /** Whom it was done to. */
  people: z.array(personSchema),
  name: z.string().nullable(),
});
/** What a conversation tells of itself, in the row of its messages. */
export type Notice = z.infer<typeof noticeSchema>;

export const reactionSchema = z.object({ emoji: z.string(), userIds: z.array(z.uuid()) });
export type Reaction = z.infer<typeof reactionSchema>;

export const messageSchema = z.object({
  id: z.uuid(),
  conversationId: z.uuid(),
  seq: place,
  kind: z.enum(["text", "notice"]),
  /** The sender's own id of it, by which a pending message is recognised. */
  clientId: z.uuid().nullable(),
  /** Null when the account is gone. */
  senderId: z.uuid().nullable(),
  /** Empty when it was deleted, is hidden, or is a notice. */
  body: z.string(),
  notice: noticeSchema.nullable(),
  replyTo: place.nullable(),
  reactions: z.array(reactionSchema),
  createdAt: at,
  editedAt: at.nullable(),
  isDeleted: z.boolean(),
  /** True in a group when a block or mute stands between the viewer and the sender. */
  isHidden: z.boolean(),
  /** Grows with every change of this message. */
  version: z.int(),
});
export type Message = z.infer<typeof messageSchema>;

export const lastMessageSchema = z.object({
  seq: place,
  kind: z.enum(["text", "notice"]),
  senderId: z.uuid().nullable(),
  /** The first characters on one line; empty for a deleted message. */
  preview: z.string(),
  notice: noticeSchema.nullable(),
  isDeleted: z.boolean(),
  at,
});
export type LastMessage = z.infer<typeof lastMessageSchema>;

export const memberStateSchema = z.object({
  id: z.uuid(),
  /** Of two, the greater is the newer: later than any clock, by the conversation's room. 0 as Postgres has it. */
  rev: z.int(),
  lastSeq: place,
  lastMessage: lastMessageSchema.nullable(),
  readSeq: place,
  unread: z.int(),
});
/** What of a conversation moves with every message, for one person. */
export type MemberState = z.infer<typeof memberStateSchema>;

export const conversationSchema = memberStateSchema.extend({
  kind: z.enum(conversationKinds),
  name: z.string().nullable(),
  createdAt: at,
  /** Grows with every change of who is in it and how it is called. */
  version: z.int(),
  participants: z.array(participantSchema),
  /** Of a stranger's request: since when they are here, and how many of those one follows follow them, up to 100. */
  sender: z.object({ joinedAt: at, followedBy: z.int() }).optional(),
  viewer: z.object({
    role: z.enum(participantRoles),
    state: z.enum(participantStates),
    /** Silenced: does not count in the total. */
    isMuted: z.boolean(),
    /** False when a block stands between the two of a direct conversation. */
    canSend: z.boolean(),
  }),
});
export type Conversation = z.infer<typeof conversationSchema>;

export const conversationTotalsSchema = z.object({
  /** Unread messages in accepted conversations that are not silenced. */
  unread: z.int(),
  /** Conversations that wait for an answer. */
  requests: z.int(),
  version: z.int(),
});
/** The numbers on the Messages icon, with the version by which a late answer is told from a newer event. */
export type ConversationTotals = z.infer<typeof conversationTotalsSchema>;

export const messageAckSchema = z.object({ clientId: z.uuid(), seq: place, id: z.uuid(), at });
/** The room has written a message down and given it its place. */
export type MessageAck = z.infer<typeof messageAckSchema>;

export const foundMessageSchema = messageSchema.extend({
  /** The words around what was looked for, with [[ and ]] around each match. */
  snippet: z.string(),
});
export type FoundMessage = z.infer<typeof foundMessageSchema>;
