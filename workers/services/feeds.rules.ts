/** A page of a feed. */
import { z } from "zod";
import { postViewSchema } from "../../db/views/post.view.ts";

export const feedPageSchema = z.object({
  items: z.array(postViewSchema),
  nextCursor: z.string().nullable(),
  /** Posts of others since the caller's mark, at most NEW_COUNT_MOST. */
  newCount: z.int(),
  /** The mark to send as `since` next time. */
  newSince: z.string(),
});
export type FeedPage = z.infer<typeof feedPageSchema>;
