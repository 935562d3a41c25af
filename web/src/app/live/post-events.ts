/** From an open post's room to the features. */
import type { QueryClient } from "@tanstack/react-query";
import type { PostChange, PostEvent } from "../../../../party/protocol/post-events.ts";
import {
  applyCommentCounted,
  applyCommentCreated,
  applyCommentDeleted,
} from "../../features/comments/comments.events.ts";
import { applyAnswerCreated, applyPostCounted, applyPostDeleted } from "../../features/posts/posts.events.ts";
import type { RoomEvent } from "../../realtime/frames.ts";

/** Patches the cache with one logged event of the room; answers the changes inside, for announcing. */
export function applyPostEvent(client: QueryClient, postId: string, event: RoomEvent): PostChange[] {
  const known = event as RoomEvent & PostEvent;
  if (known.type !== "post.changed") return [];
  for (const change of known.data.events) applyPostChange(client, postId, change);
  return known.data.events;
}

/** Patches the cache with one change. */
export function applyPostChange(client: QueryClient, postId: string, change: PostChange): void {
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
