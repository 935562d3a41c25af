/** The events of a PostRoom. One event `post.changed` contains all changes since the last one; at most four are sent per second. */
import { z } from "zod";
import { commentCountsSchema, commentViewSchema } from "../../db/views/comment.view.ts";
import { postCountsSchema, postViewSchema } from "../../db/views/post.view.ts";

export const postChangeSchema = z.discriminatedUnion("type", [
  /** `viewer` is null, because everybody receives the same event. */
  z.object({ type: z.literal("comment.created"), data: commentViewSchema }),
  z.object({
    type: z.literal("comment.deleted"),
    data: z.object({
      id: z.uuid(),
      deletedAt: z.iso.datetime({ offset: true }),
      counts: commentCountsSchema.optional(),
    }),
  }),
  z.object({
    type: z.literal("comment.counted"),
    data: z.object({ id: z.uuid(), counts: commentCountsSchema }),
  }),
  /** The post itself, or one of a question's answers. */
  z.object({ type: z.literal("post.counted"), data: z.object({ id: z.uuid(), counts: postCountsSchema }) }),
  /** The post itself, or one of a question's answers. */
  z.object({ type: z.literal("post.deleted"), data: z.object({ id: z.uuid() }) }),
  z.object({ type: z.literal("answer.created"), data: postViewSchema }),
]);
/** One change inside `post.changed`. */
export type PostChange = z.infer<typeof postChangeSchema>;

export const postEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("post.changed"), data: z.object({ events: z.array(postChangeSchema) }) }),
]);
/** Every event of a PostRoom, without its envelope. */
export type PostEvent = z.infer<typeof postEventSchema>;
