/** What a post's room says about its comments, patched into the cache. */
import type { QueryClient } from "@tanstack/react-query";
import type { CommentCounts, CommentView } from "../../realtime/views.ts";
import type { LocalComment } from "./comment.tree.ts";
import {
  type CommentPages,
  commentKeys,
  countComment,
  deleteComment,
  dropConfirmed,
  insertComment,
} from "./comments.cache.ts";

/** A comment, by its event or by its author's own answer: the pending one of the same client id gives way to it. */
export function applyCommentCreated(client: QueryClient, comment: CommentView): void {
  client.setQueryData<CommentPages>(
    commentKeys.thread(comment.postId),
    (data) => data && insertComment(data, comment),
  );
  client.setQueryData<LocalComment[]>(
    commentKeys.local(comment.postId),
    (pending) => pending && dropConfirmed(pending, comment),
  );
}

/** A deleted comment keeps its place. */
export function applyCommentDeleted(
  client: QueryClient,
  postId: string,
  event: { id: string; deletedAt: string; counts?: CommentCounts | undefined },
): void {
  client.setQueryData<CommentPages>(commentKeys.thread(postId), (data) => {
    if (!data) return data;
    const deleted = deleteComment(data, event.id, event.deletedAt);
    return event.counts ? countComment(deleted, event.id, event.counts) : deleted;
  });
}

/** Newer counts of a comment. */
export function applyCommentCounted(
  client: QueryClient,
  postId: string,
  event: { id: string; counts: CommentCounts },
): void {
  client.setQueryData<CommentPages>(
    commentKeys.thread(postId),
    (data) => data && countComment(data, event.id, event.counts),
  );
}
