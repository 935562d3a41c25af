/** A conversation's roster as Postgres writes it for the room: who is in it, and who must not see whose words. */
import { z } from "zod";
import {
  conversationKinds,
  noticeSchema,
  participantRoles,
  participantStates,
} from "../../db/views/conversation.view.ts";
import { personSchema } from "../../db/views/person.view.ts";

const at = z.iso.datetime({ offset: true });

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
  participants: z.array(
    personSchema.extend({
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
    }),
  ),
  /** In a direct conversation whose other half declined: the one who declined. Told to nobody. */
  declinedBy: z.array(z.uuid()),
  /** `viewerId` does not see what `otherId` says. A block stands here in both directions, a mute in one. */
  hidden: z.array(z.object({ viewerId: z.uuid(), otherId: z.uuid(), isBlocked: z.boolean() })),
  /** What the conversation tells of this change, in its messages; null for what nobody needs to be told. */
  cause: noticeSchema.extend({ actorId: z.uuid().nullable() }).nullable(),
});
export type ConversationSnapshot = z.infer<typeof conversationSnapshotSchema>;

/** The payload of app.store_conversation: what a room has written down and Postgres has not. */
export const conversationPayloadSchema = z.object({
  messages: z.array(
    z.object({
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
    }),
  ),
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
export type ConversationPayload = z.infer<typeof conversationPayloadSchema>;
