/** Where comments live in the query cache, and the pure patches that events and answers share. */
import type { CommentCounts, CommentView } from "../../realtime/views.ts";
import { mapItems, type PagedData } from "../posts/page-cache.ts";
import type { LocalComment } from "./comment.tree.ts";

export const commentKeys = {
  all: ["comments", "thread"] as const,
  thread: (postId: string) => ["comments", "thread", postId] as const,
  /** One's own comments that the server has not confirmed: kept apart, so that a refetch cannot lose them. */
  local: (postId: string) => ["comments", "local", postId] as const,
};

export type CommentPages = PagedData<CommentView>;

/**
 * A new comment joins the loaded pages; one that is there already is merged: the truth wins, but what only this viewer
 * knows (their vote) is kept, because events carry no viewer, and counts only grow newer.
 */
export function insertComment(data: CommentPages, comment: CommentView): CommentPages {
  let isKnown = false;
  const merged = mapItems<CommentView, CommentPages>(data, (item) => {
    if (item.id !== comment.id) return item;
    isKnown = true;
    if (item.deletedAt && !comment.deletedAt) return item;
    const counts = comment.counts.version > item.counts.version ? comment.counts : item.counts;
    return { ...comment, counts, viewer: comment.viewer ?? item.viewer };
  });
  if (isKnown) return merged;
  const withReply = comment.parentId ? countReply(data, comment.parentId) : data;
  const last = withReply.pages.length - 1;
  return {
    ...withReply,
    pages: withReply.pages.map((page, index) =>
      index === last ? { ...page, items: [...page.items, comment] } : page,
    ),
  };
}

/** A deleted comment keeps its place and loses its words and its author. */
export function deleteComment(data: CommentPages, id: string, deletedAt: string): CommentPages {
  return mapItems<CommentView, CommentPages>(data, (item) =>
    item.id === id && !item.deletedAt ? { ...item, body: null, author: null, deletedAt } : item,
  );
}

/** Newer counts replace older ones. */
export function countComment(data: CommentPages, id: string, counts: CommentCounts): CommentPages {
  return mapItems<CommentView, CommentPages>(data, (item) =>
    item.id === id && counts.version > item.counts.version ? { ...item, counts } : item,
  );
}

/** The pending ones without those that the server now has. */
export function dropConfirmed(
  pending: LocalComment[] | undefined,
  confirmed: { clientId: string | null },
): LocalComment[] {
  const list = pending ?? [];
  return confirmed.clientId === null ? list : list.filter((item) => item.clientId !== confirmed.clientId);
}

/** What is drawn: the server's comments and, behind them, one's own that it does not have yet. */
export function withLocal(server: CommentView[], pending: LocalComment[] | undefined): LocalComment[] {
  if (!pending?.length) return server;
  const confirmed = new Set(server.map((item) => item.clientId));
  return [...server, ...pending.filter((item) => !confirmed.has(item.clientId))];
}

/** A reply shows in its parent's number at once; the count's version stays, so that the truth replaces it. */
function countReply(data: CommentPages, parentId: string): CommentPages {
  return mapItems<CommentView, CommentPages>(data, (item) =>
    item.id === parentId ? { ...item, counts: { ...item.counts, replies: item.counts.replies + 1 } } : item,
  );
}
