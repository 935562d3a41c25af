/** The events of a ConversationRoom. `data` has the shapes of db/views, so that no refetch is needed. */
import { z } from "zod";
import { conversationSchema, messageSchema } from "../../db/views/conversation.view.ts";

export const conversationEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message.created"), data: messageSchema }),
  /** Edited, deleted or reacted to: the whole changed message. Of two events the one with the greater `version` is newer. */
  z.object({ type: z.literal("message.changed"), data: messageSchema }),
  z.object({
    type: z.literal("receipt.moved"),
    data: z.object({
      userId: z.uuid(),
      deliveredSeq: z.int(),
      deliveredAt: z.iso.datetime({ offset: true }).nullable(),
      /** Null when the viewer may not see it. */
      readSeq: z.int().nullable(),
      readAt: z.iso.datetime({ offset: true }).nullable(),
    }),
  }),
  /** The current members, name and permissions of the viewer. The UserRoom sends the member state. */
  z.object({
    type: z.literal("conversation.changed"),
    data: conversationSchema.pick({
      id: true,
      kind: true,
      name: true,
      createdAt: true,
      version: true,
      participants: true,
      viewer: true,
    }),
  }),
]);
/** Every event of a ConversationRoom, without its envelope. */
export type ConversationEvent = z.infer<typeof conversationEventSchema>;
