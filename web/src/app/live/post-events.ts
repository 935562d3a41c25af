/** Events of an open post's room: each change is passed to the feature that handles it. */
import type { QueryClient } from "@tanstack/react-query";
import type { PostChange, PostEvent } from "../../../../party/protocol/post-events.ts";
import {
  applyCommentCounted,
  applyCommentCreated,
  applyCommentDeleted,
} from "../../features/comments/comments.events.ts";
import { applyAnswerCreated, applyPostCounted, applyPostDeleted } from "../../features/posts/posts.events.ts";
import type { RoomEvent } from "../../realtime/frames.ts";

/** Applies one event of the room to the query cache. Returns the changes in it, for announcements. */
export function applyPostEvent(client: QueryClient, postId: string, event: RoomEvent): PostChange[] {
  const known = event as RoomEvent & PostEvent;
  if (known.type !== "post.changed") return [];
  for (const change of known.data.events) applyPostChange(client, postId, change);
  return known.data.events;
}

/** Applies one change to the query cache. */
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
