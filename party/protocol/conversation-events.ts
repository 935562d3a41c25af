/** What a conversation's room tells its people. `data` has the shapes of db/views, so that no refetch is needed. */
import { z } from "zod";
import { conversationSchema, messageSchema } from "../../db/views/conversation.view.ts";

export const conversationEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message.created"), data: messageSchema }),
  /** Edited, deleted or reacted to: the whole message as it is now; `version` tells the newer. */
  z.object({ type: z.literal("message.changed"), data: messageSchema }),
  z.object({
    type: z.literal("receipt.moved"),
    data: z.object({
      userId: z.uuid(),
      deliveredSeq: z.int(),
      deliveredAt: z.iso.datetime({ offset: true }).nullable(),
      /** Null when it is not for the viewer to see. */
      readSeq: z.int().nullable(),
      readAt: z.iso.datetime({ offset: true }).nullable(),
    }),
  }),
  /** Who is in it, its name, what the viewer may do: the roster as it is now. Its numbers follow by the account's room. */
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
