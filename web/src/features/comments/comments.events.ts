/** Events about comments, applied to the query cache. */
import type { QueryClient } from "@tanstack/react-query";
import { patchQueries } from "../../api/patch-queries.ts";
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

/**
 * Adds a comment, from an event or from the response to its author, and removes the unconfirmed one with its
 * client id.
 */
export function applyCommentCreated(client: QueryClient, comment: CommentView): void {
  patchThread(client, comment.postId, (data) => insertComment(data, comment));
  client.setQueryData<LocalComment[]>(
    commentKeys.local(comment.postId),
    (pending) => pending && dropConfirmed(pending, comment),
  );
}

/** Marks a comment as deleted. */
export function applyCommentDeleted(
  client: QueryClient,
  postId: string,
  event: { id: string; deletedAt: string; counts?: CommentCounts | undefined },
): void {
  patchThread(client, postId, (data) => {
    const deleted = deleteComment(data, event.id, event.deletedAt);
    return event.counts ? countComment(deleted, event.id, event.counts) : deleted;
  });
}

/** Sets newer counts of a comment. */
export function applyCommentCounted(
  client: QueryClient,
  postId: string,
  event: { id: string; counts: CommentCounts },
): void {
  patchThread(client, postId, (data) => countComment(data, event.id, event.counts));
}

function patchThread(client: QueryClient, postId: string, patch: (data: CommentPages) => CommentPages): void {
  patchQueries<CommentPages>(client, { queryKey: commentKeys.thread(postId) }, patch);
}
