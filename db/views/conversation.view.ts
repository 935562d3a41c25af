/** JSON of conversations and messages in responses and events. */
import { z } from "zod";
import { personSchema } from "./person.view.ts";

const at = z.iso.datetime({ offset: true });
/** A message's sequence number in its conversation: 1, 2, 3, ... without gaps; 0 before the first. */
const seq = z.int().min(0);

export const conversationKinds = ["direct", "group"] as const;
export const memberRoles = ["admin", "member"] as const;
/** `requested`: invited by an account that this one does not follow, and not answered yet. */
export const membershipStates = ["accepted", "requested"] as const;

/** A member of a conversation. API fields and SQL names keep the older word "participants". */
export const memberSchema = personSchema.extend({
  role: z.enum(memberRoles),
  state: z.enum(membershipStates),
  joinedAt: at,
  /** Seq of the newest message delivered to one of the member's devices, and when. */
  deliveredSeq: seq,
  deliveredAt: at.nullable(),
  /**
   * Seq of the newest message read, and when; null when the member or the viewer does not share read
   * receipts.
   */
  readSeq: seq.nullable(),
  readAt: at.nullable(),
});
export type Member = z.infer<typeof memberSchema>;

export const noticeSchema = z.object({
  type: z.enum(["created", "renamed", "added", "removed", "left", "promoted", "demoted"]),
  /** The accounts that were added, removed, promoted, ... */
  people: z.array(personSchema),
  name: z.string().nullable(),
});
/** A notice among the messages: a change of the conversation. */
export type Notice = z.infer<typeof noticeSchema>;

export const reactionSchema = z.object({ emoji: z.string(), userIds: z.array(z.uuid()) });
export type Reaction = z.infer<typeof reactionSchema>;

export const messageSchema = z.object({
  id: z.uuid(),
  conversationId: z.uuid(),
  seq: seq,
  kind: z.enum(["text", "notice"]),
  /** Id made by the sender's client, which matches the message with its pending copy. */
  clientId: z.uuid().nullable(),
  /** Null when the account was deleted. */
  senderId: z.uuid().nullable(),
  /** Empty for a deleted or hidden message and for a notice. */
  body: z.string(),
  notice: noticeSchema.nullable(),
  replyTo: seq.nullable(),
  reactions: z.array(reactionSchema),
  createdAt: at,
  editedAt: at.nullable(),
  isDeleted: z.boolean(),
  /** True in a group when the viewer has a block with the sender or mutes it. */
  isHidden: z.boolean(),
  /** Increases with every change of this message. */
  version: z.int(),
});
export type Message = z.infer<typeof messageSchema>;

export const lastMessageSchema = z.object({
  seq: seq,
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
  /**
   * Revision assigned by the conversation's room: the greater of two is the newer. 0 when read from Postgres.
   */
  rev: z.int(),
  lastSeq: seq,
  lastMessage: lastMessageSchema.nullable(),
  readSeq: seq,
  unread: z.int(),
});
/** What changes with every message of a conversation, for one member. */
export type MemberState = z.infer<typeof memberStateSchema>;

export const conversationSchema = memberStateSchema.extend({
  kind: z.enum(conversationKinds),
  name: z.string().nullable(),
  createdAt: at,
  /** Increases with every change of the members or the name. */
  version: z.int(),
  participants: z.array(memberSchema),
  /**
   * For a stranger's request: when the stranger joined, and how many accounts followed by the viewer follow
   * it (max 100).
   */
  sender: z.object({ joinedAt: at, followedBy: z.int() }).optional(),
  viewer: z.object({
    role: z.enum(memberRoles),
    state: z.enum(membershipStates),
    /** Silenced: its messages do not count in the total. */
    isMuted: z.boolean(),
    /** False when there is a block between the two members of a direct conversation. */
    canSend: z.boolean(),
  }),
});
export type Conversation = z.infer<typeof conversationSchema>;

export const conversationTotalsSchema = z.object({
  /** Unread messages in accepted conversations that are not silenced. */
  unread: z.int(),
  /** Requests that the viewer has not answered. */
  requests: z.int(),
  version: z.int(),
});
/** Counts on the Messages icon. `version` tells a delayed response from a newer event. */
export type ConversationTotals = z.infer<typeof conversationTotalsSchema>;

export const messageAckSchema = z.object({ clientId: z.uuid(), seq: seq, id: z.uuid(), at });
/** Acknowledgement: the room has stored a message and assigned its seq. */
export type MessageAck = z.infer<typeof messageAckSchema>;

export const foundMessageSchema = messageSchema.extend({
  /** The text around the match, with [[ and ]] around each match. */
  snippet: z.string(),
});
export type FoundMessage = z.infer<typeof foundMessageSchema>;
