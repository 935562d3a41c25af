/** Where comments live in the query cache, and the pure patches that events and answers share. */
import type { QueryClient } from "@tanstack/react-query";
import { mapItems, type PagedData } from "../../api/paged-cache.ts";
import type { CommentCounts, CommentView } from "../../realtime/views.ts";
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
  const last = data.pages.length - 1;
  return {
    ...data,
    pages: data.pages.map((page, index) =>
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

/** Changes one comment wherever it stands in the cache. */
export function patchComment(
  client: QueryClient,
  id: string,
  change: (comment: CommentView) => CommentView,
): void {
  client.setQueriesData<CommentPages>(
    { queryKey: commentKeys.all },
    (data) =>
      data && mapItems<CommentView, CommentPages>(data, (item) => (item.id === id ? change(item) : item)),
  );
}

/** A comment as some loaded thread has it. */
export function findComment(client: QueryClient, id: string): CommentView | null {
  for (const [, data] of client.getQueriesData<CommentPages>({ queryKey: commentKeys.all })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((item) => item.id === id);
      if (found) return found;
    }
  }
  return null;
}
