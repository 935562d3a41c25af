/** What Postgres and a conversation's room say to each other: the roster one way, what was said the other way. */
import { z } from "zod";
import {
  conversationKinds,
  memberStateSchema,
  noticeSchema,
  participantRoles,
  participantStates,
} from "./conversation.view.ts";
import { personSchema } from "./person.view.ts";

const at = z.iso.datetime({ offset: true });

const rosterEntrySchema = personSchema.extend({
  role: z.enum(participantRoles),
  state: z.enum(participantStates),
  joinedAt: at,
  isMuted: z.boolean(),
  sharesReceipts: z.boolean(),
  deliveredSeq: z.int(),
  deliveredAt: at.nullable(),
  readSeq: z.int(),
  readAt: at.nullable(),
  unread: z.int(),
});

/** Who is in a conversation, and who must not see whose words. */
export const conversationSnapshotSchema = z.object({
  id: z.uuid(),
  kind: z.enum(conversationKinds),
  name: z.string().nullable(),
  createdAt: at,
  createdBy: z.uuid().nullable(),
  /** Grows with every snapshot; the room takes the greatest. */
  version: z.int(),
  /** The newest message that Postgres has. */
  lastSeq: z.int(),
  /** Everybody who is in it now, also those who have not answered yet; declined, left and removed ones are not here. */
  participants: z.array(rosterEntrySchema),
  /**
   * In a direct conversation the half that declined or left: may not enter, hears nothing, gets nothing counted. To the
   * other half it is shown as ever (a decliner as `requested`), for that somebody declined is told to nobody.
   */
  absent: z.array(rosterEntrySchema),
  /** The ids of `absent`. */
  declinedBy: z.array(z.uuid()),
  /** `viewerId` does not see what `otherId` says. A block stands here in both directions, a mute in one. */
  hidden: z.array(z.object({ viewerId: z.uuid(), otherId: z.uuid(), isBlocked: z.boolean() })),
  /** What the conversation tells of this change, in its messages; null for what nobody needs to be told. */
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
  /** People by emoji, in the order they came. */
  reactions: z.record(z.string(), z.array(z.uuid())),
  isDeleted: z.boolean(),
  editedAt: at.nullable(),
  version: z.int(),
  createdAt: at,
});
/** A message as a room keeps it: nothing is hidden. */
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
/** The payload of app.store_conversation: what a room has written down and Postgres has not. */
export type ConversationPayload = z.infer<typeof conversationPayloadSchema>;

export const conversationSummarySchema = memberStateSchema.extend({
  state: z.enum(participantStates),
  isMuted: z.boolean(),
  version: z.int(),
});
/** What an account's own room knows of one of its conversations. */
export type ConversationSummary = z.infer<typeof conversationSummarySchema>;
