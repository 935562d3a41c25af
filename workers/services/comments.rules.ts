/** What a new comment must look like. */
import { z } from "zod";
import { COMMENT_MAX_CHARS } from "../../party/protocol/limits.ts";
import { plainText } from "./text.rules.ts";

export const newCommentSchema = z.strictObject({
  body: plainText(1, COMMENT_MAX_CHARS),
  parentId: z.uuid().optional(),
  clientId: z.uuid().optional().describe("Made by the client; the same comment sent twice is made once"),
});
export type NewComment = z.infer<typeof newCommentSchema>;
