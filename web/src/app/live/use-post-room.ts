import type { QueryClient } from "@tanstack/react-query";
import type { PostChange, PostEvent } from "../../../../party/protocol/post-events.ts";
import { ApiError } from "../../api/api-error.ts";
import { queryClient } from "../../api/query-client.ts";
import { commentKeys } from "../../features/comments/comments.cache.ts";
import {
  applyCommentCounted,
  applyCommentCreated,
  applyCommentDeleted,
} from "../../features/comments/comments.events.ts";
import { postKeys } from "../../features/posts/posts.cache.ts";
import { applyAnswerCreated, applyPostCounted, applyPostDeleted } from "../../features/posts/posts.events.ts";
import { fetchPost } from "../../features/posts/posts.queries.ts";
import { checkSession } from "../../features/session/check-session.ts";
import { useMe } from "../../features/session/session.queries.ts";
import { currentDictionary } from "../../i18n/index.ts";
import { browserConnection } from "../../realtime/browser-connection.ts";
import type { ConnectionDeps } from "../../realtime/connection.types.ts";
import type { RoomEvent } from "../../realtime/frames.ts";
import { POST_REFRESH_MS } from "../../realtime/limits.ts";
import { useRoom } from "../../realtime/use-room.ts";
import type { PostView } from "../../realtime/views.ts";
import { announce } from "../../ui/announce.tsx";

/**
 * Connects to the room of an open post and applies its events. Set `isReady` once the post itself is loaded.
 */
export function usePostRoom(postId: string, isReady: boolean): void {
  const meId = useMe()?.id ?? null;
  // The socket belongs to one viewer: signing in or out opens another one.
  const name = isReady ? `post:${postId}:${meId ?? ""}` : null;
  useRoom(name, () => postRoomConnection(postId), {
    onEvent: (event) => announceChanges(applyPostEvent(queryClient, postId, event), meId),
    onResync: () => void refreshIfChanged(postId),
  });
}

/** Applies one event of the room to the query cache. Returns the changes in it, for announcements. */
function applyPostEvent(client: QueryClient, postId: string, event: RoomEvent): PostChange[] {
  const known = event as RoomEvent & PostEvent;
  if (known.type !== "post.changed") return [];
  for (const change of known.data.events) applyPostChange(client, postId, change);
  return known.data.events;
}

/** Applies one change to the query cache. */
function applyPostChange(client: QueryClient, postId: string, change: PostChange): void {
  switch (change.type) {
    case "comment.created":
      applyCommentCreated(client, change.data);
      break;
    case "comment.deleted":
      applyCommentDeleted(client, postId, change.data);
      break;
    case "comment.counted":
      applyCommentCounted(client, postId, change.data);
      break;
    case "post.counted":
      applyPostCounted(client, change.data);
      break;
    case "post.deleted":
      applyPostDeleted(client, change.data);
      break;
    case "answer.created":
      applyAnswerCreated(client, change.data);
      break;
    default:
      change satisfies never;
  }
}

/** The connection of a post's room. A poll loads the whole page again. */
function postRoomConnection(postId: string): ConnectionDeps {
  return {
    ...browserConnection({ path: `/parties/post-room/${postId}`, pollVisibleMs: POST_REFRESH_MS }),
    checkSession,
    poll: async () => {
      await refresh(postId);
      return null;
    },
    loadPosition: () => null,
    savePosition: () => {},
  };
}

/** Loads the whole page again. */
async function refresh(postId: string): Promise<void> {
  const results = [postKeys.one(postId), postKeys.answers(postId), commentKeys.thread(postId)].map(
    (queryKey) => queryClient.refetchQueries({ queryKey, type: "active" }, { throwOnError: true }),
  );
  await Promise.all(results);
}

/**
 * Events may have been missed. When the version of the post's counts differs, comments and answers are loaded
 * again; when the post was deleted, the page shows that.
 */
async function refreshIfChanged(postId: string): Promise<void> {
  const before = queryClient.getQueryData<PostView>(postKeys.one(postId));
  const post = await fetchPost(postId).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "GONE") applyPostDeleted(queryClient, { id: postId });
    return null;
  });
  if (!post || (before && post.counts.version === before.counts.version)) return;
  applyPostCounted(queryClient, post);
  void queryClient.invalidateQueries({ queryKey: commentKeys.thread(postId) });
  void queryClient.invalidateQueries({ queryKey: postKeys.answers(postId) });
}

/** Lets screen readers announce comments and answers of others. */
function announceChanges(changes: PostChange[], meId: string | null): void {
  const t = currentDictionary();
  for (const { type, data } of changes) {
    if (type === "comment.created" && data.author && data.author.id !== meId) {
      announce(t.comments.arrived(data.author.name));
    }
    if (type === "answer.created" && data.author.id !== meId) announce(t.posts.newAnswer(data.author.name));
  }
}
