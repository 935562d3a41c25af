import type { PostChange } from "../../../../party/protocol/post-events.ts";
import { api, ask } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { commentKeys } from "../../features/comments/comments.cache.ts";
import { postKeys } from "../../features/posts/posts.cache.ts";
import { applyPostCounted } from "../../features/posts/posts.events.ts";
import { useMe } from "../../features/session/session.queries.ts";
import { currentDictionary } from "../../i18n/index.ts";
import { postRoomDeps } from "../../realtime/browser-deps.ts";
import { useRoom } from "../../realtime/use-room.ts";
import type { PostView } from "../../realtime/views.ts";
import { announce } from "../../ui/announce.tsx";
import { applyPostEvent } from "./post-events.ts";

/** Listens to an open post's room; `isReady` once the post itself was read. */
export function usePostRoom(postId: string, isReady: boolean): void {
  const meId = useMe()?.id ?? null;
  // Signing in or out is another viewer, and so another socket.
  const name = isReady ? `post:${postId}:${meId ?? ""}` : null;
  useRoom(name, () => postRoomDeps(postId, () => refresh(postId)), {
    onEvent: (event) => announceChanges(applyPostEvent(queryClient, postId, event), meId),
    onResync: () => void refreshIfChanged(postId),
  });
}

/** Reads the whole page again: the room is out of reach. */
async function refresh(postId: string): Promise<void> {
  const results = [postKeys.one(postId), postKeys.answers(postId), commentKeys.thread(postId)].map(
    (queryKey) => queryClient.refetchQueries({ queryKey, type: "active" }, { throwOnError: true }),
  );
  await Promise.all(results);
}

/** The room cannot say what was missed: the post's version tells whether the rest must be read again. */
async function refreshIfChanged(postId: string): Promise<void> {
  const before = queryClient.getQueryData<PostView>(postKeys.one(postId));
  const post = await ask(api.posts[":id"].$get({ param: { id: postId } })).catch(() => null);
  if (!post || (before && post.counts.version === before.counts.version)) return;
  applyPostCounted(queryClient, post);
  void queryClient.invalidateQueries({ queryKey: commentKeys.thread(postId) });
  void queryClient.invalidateQueries({ queryKey: postKeys.answers(postId) });
}

/** Says aloud what others added. */
function announceChanges(changes: PostChange[], meId: string | null): void {
  const t = currentDictionary();
  for (const { type, data } of changes) {
    if (type === "comment.created" && data.author && data.author.id !== meId) {
      announce(t.comments.arrived(data.author.name));
    }
    if (type === "answer.created" && data.author.id !== meId) announce(t.posts.newAnswer(data.author.name));
  }
}
