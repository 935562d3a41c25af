import { trackAccount } from "../../api/account-state.ts";
import { api, readBody, withKey } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import type { PostView } from "../../realtime/views.ts";
import { addOwnPost, removePost } from "./posts.cache.ts";
import { applyAnswerCreated } from "./posts.events.ts";

export { POST_MAX_CHARS as BODY_MAX_CHARS, TITLE_MAX_CHARS } from "../../../../party/protocol/limits.ts";
export const TITLE_MIN_CHARS = 3;

export type NewPost =
  | { kind: "post"; body: string }
  | { kind: "question"; title: string; body: string }
  | { kind: "answer"; questionId: string; body: string };

/** Publishes a post, question or answer. A retry with the same idempotency `key` creates no second one. */
export async function publish(input: NewPost, key: string): Promise<PostView> {
  const isSameAccount = trackAccount();
  const post = await readBody(api.posts.$post({ json: input }, withKey(key)));
  if (!isSameAccount()) return post;
  if (post.kind === "answer") applyAnswerCreated(queryClient, post);
  addOwnPost(queryClient, post);
  return post;
}

/** Deletes a post of the viewer, and removes it from every list once the server confirmed it. */
export async function deletePost(id: string): Promise<void> {
  await readBody(api.posts[":id"].$delete({ param: { id } }));
  removePost(queryClient, id);
}
