/** What a new conversation must look like. */
import { z } from "zod";
import { CONVERSATION_MEMBERS_MAX, CONVERSATION_NAME_MAX_CHARS } from "../../party/protocol/limits.ts";
import { plainText } from "./text.rules.ts";

export const conversationNameSchema = plainText(1, CONVERSATION_NAME_MAX_CHARS);
/** Members besides the viewer. */
export const otherMembersSchema = z
  .array(z.uuid())
  .min(1)
  .max(CONVERSATION_MEMBERS_MAX - 1);
export const newConversationSchema = z.strictObject({
  participantIds: otherMembersSchema.describe("One, and no name: the direct conversation with that person"),
  name: conversationNameSchema.optional(),
});
export type NewConversation = z.infer<typeof newConversationSchema>;
