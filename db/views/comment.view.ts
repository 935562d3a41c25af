/** JSON of comments in responses and events. */
import { z } from "zod";
import { personSchema } from "./person.view.ts";
import { voteValueSchema } from "./post.view.ts";

export const commentCountsSchema = z.object({
  upvotes: z.int(),
  downvotes: z.int(),
  score: z.int(),
  replies: z.int(),
  version: z.int(),
});
export type CommentCounts = z.infer<typeof commentCountsSchema>;

export const commentViewSchema = z.object({
  id: z.uuid(),
  postId: z.uuid(),
  parentId: z.uuid().nullable(),
  depth: z.int().min(0),
  clientId: z.uuid().nullable(),
  body: z.string().nullable(),
  author: personSchema.nullable(),
  createdAt: z.iso.datetime({ offset: true }),
  deletedAt: z.iso.datetime({ offset: true }).nullable(),
  counts: commentCountsSchema,
  viewer: z.object({ vote: voteValueSchema }).nullable(),
});
/** A comment. A deleted one stays in the thread, without body and author. */
export type CommentView = z.infer<typeof commentViewSchema>;
