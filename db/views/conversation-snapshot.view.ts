/**
 * JSON between Postgres and rooms: snapshots of conversations, batches of messages, an account's summaries.
 */
import { z } from "zod";
import {
  conversationKinds,
  memberRoles,
  memberStateSchema,
  membershipStates,
  noticeSchema,
} from "./conversation.view.ts";
import { personSchema } from "./person.view.ts";

const at = z.iso.datetime({ offset: true });

const rosterMemberSchema = personSchema.extend({
  role: z.enum(memberRoles),
  state: z.enum(membershipStates),
  joinedAt: at,
  isMuted: z.boolean(),
  sharesReceipts: z.boolean(),
  deliveredSeq: z.int(),
  deliveredAt: at.nullable(),
  readSeq: z.int(),
  readAt: at.nullable(),
  unread: z.int(),
});

/** A conversation for its room: members, pointers, and whose messages are hidden from whom. */
export const conversationSnapshotSchema = z.object({
  id: z.uuid(),
  kind: z.enum(conversationKinds),
  name: z.string().nullable(),
  createdAt: at,
  createdBy: z.uuid().nullable(),
  /** Increases with every snapshot; the room applies the greatest. */
  version: z.int(),
  /** Seq of the newest message in Postgres. */
  lastSeq: z.int(),
  /** Current members, also those who have not answered a request; without declined, left and removed ones. */
  participants: z.array(rosterMemberSchema),
  /**
   * The member of a direct conversation who declined or left: cannot connect, receives no events and has no
   * unread count. The other member still sees it (a declined one as `requested`), so that a decline is not
   * visible.
   */
  absent: z.array(rosterMemberSchema),
  /** The ids of `absent`. */
  declinedBy: z.array(z.uuid()),
  /**
   * Messages of `otherId` are hidden from `viewerId`. A block is listed in both directions, a mute in one.
   */
  hidden: z.array(z.object({ viewerId: z.uuid(), otherId: z.uuid(), isBlocked: z.boolean() })),
  /** The notice that the room adds to the messages for this change; null for changes without a notice. */
  cause: noticeSchema.extend({ actorId: z.uuid().nullable() }).nullable(),
});
export type ConversationSnapshot = z.infer<typeof conversationSnapshotSchema>;

export const storedMessageSchema = z.object({
  id: z.uuid(),
  seq: z.int(),
  senderId: z.uuid().nullable(),
  clientId: z.uuid().nullable(),
  kind: z.enum(["text", "notice"]),
  body: z.string(),
  notice: noticeSchema.nullable(),
  replyTo: z.int().nullable(),
  /** Account ids by emoji, in the order of reacting. */
  reactions: z.record(z.string(), z.array(z.uuid())),
  isDeleted: z.boolean(),
  editedAt: at.nullable(),
  version: z.int(),
  createdAt: at,
});
/** A message as rooms store it, with nothing hidden. */
export type StoredMessage = z.infer<typeof storedMessageSchema>;

export const conversationPayloadSchema = z.object({
  messages: z.array(storedMessageSchema),
  pointers: z.array(
    z.object({
      userId: z.uuid(),
      deliveredSeq: z.int(),
      deliveredAt: at.nullable(),
      readSeq: z.int(),
      readAt: at.nullable(),
      unread: z.int(),
    }),
  ),
});
/** The batch of app.store_conversation: messages and pointers that a room has and Postgres has not yet. */
export type ConversationPayload = z.infer<typeof conversationPayloadSchema>;

export const conversationSummarySchema = memberStateSchema.extend({
  state: z.enum(membershipStates),
  isMuted: z.boolean(),
  version: z.int(),
});
/** What a UserRoom stores of one conversation of its account. */
export type ConversationSummary = z.infer<typeof conversationSummarySchema>;
