/** JSON of posts, questions and answers in responses and events. */
import { z } from "zod";
import { personSchema } from "./person.view.ts";

export const postKinds = ["post", "question", "answer"] as const;
export const voteValueSchema = z.union([z.literal(-1), z.literal(0), z.literal(1)]);
export type VoteValue = z.infer<typeof voteValueSchema>;

export const postCountsSchema = z.object({
  upvotes: z.int(),
  downvotes: z.int(),
  score: z.int(),
  comments: z.int(),
  answers: z.int(),
  version: z.int(),
});
/**
 * Cached counts. `version` increases with every change: a client keeps the counts with the greatest version.
 */
export type PostCounts = z.infer<typeof postCountsSchema>;

export const postViewSchema = z.object({
  id: z.uuid(),
  kind: z.enum(postKinds),
  title: z.string().nullable(),
  body: z.string(),
  question: z.object({ id: z.uuid(), title: z.string() }).nullable(),
  author: personSchema,
  createdAt: z.iso.datetime({ offset: true }),
  counts: postCountsSchema,
  viewer: z.object({ vote: voteValueSchema }).nullable(),
});
/** A post; `question` is the one an answer belongs to; `viewer` is null when signed out and in events. */
export type PostView = z.infer<typeof postViewSchema>;

export const voteViewSchema = z.object({
  value: voteValueSchema,
  upvotes: z.int(),
  downvotes: z.int(),
  score: z.int(),
  version: z.int(),
});
/** The viewer's vote and the counts after it. */
export type VoteView = z.infer<typeof voteViewSchema>;
