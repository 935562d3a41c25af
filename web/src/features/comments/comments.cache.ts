/** The query keys of comments, and the pure patches that events and API responses share. */
import type { QueryClient } from "@tanstack/react-query";
import { mapItems, type PagedData } from "../../api/paged-cache.ts";
import { patchQueries } from "../../api/patch-queries.ts";
import type { CommentCounts, CommentView } from "../../realtime/views.ts";
import type { LocalComment } from "./comment.tree.ts";

export const commentKeys = {
  all: ["comments", "thread"] as const,
  thread: (postId: string) => ["comments", "thread", postId] as const,
  /**
   * The viewer's unconfirmed comments. A separate entry, so that a refetch of the thread does not remove
   * them.
   */
  local: (postId: string) => ["comments", "local", postId] as const,
};

export type CommentPages = PagedData<CommentView>;

/**
 * Adds a comment to the last loaded page. A comment that is cached already is replaced, but keeps its
 * viewer's vote when the new one has none (events carry no viewer), and counts of the higher version. A
 * deleted comment stays deleted.
 */
export function insertComment(data: CommentPages, comment: CommentView): CommentPages {
  const isCached = data.pages.some((page) => page.items.some((item) => item.id === comment.id));
  if (!isCached) {
    const last = data.pages.length - 1;
    const pages = data.pages.map((page, index) =>
      index === last ? { ...page, items: [...page.items, comment] } : page,
    );
    return { ...data, pages };
  }
  return mapItems<CommentView, CommentPages>(data, (item) => {
    if (item.id !== comment.id || (item.deletedAt && !comment.deletedAt)) return item;
    const counts = comment.counts.version > item.counts.version ? comment.counts : item.counts;
    return { ...comment, counts, viewer: comment.viewer ?? item.viewer };
  });
}

/**
 * Marks a comment as deleted. It stays in the list without text and author, because replies hang below it.
 */
export function deleteComment(data: CommentPages, id: string, deletedAt: string): CommentPages {
  return mapItems<CommentView, CommentPages>(data, (item) =>
    item.id === id && !item.deletedAt ? { ...item, body: null, author: null, deletedAt } : item,
  );
}

/** Sets the counts of a comment if their version is higher. */
export function countComment(data: CommentPages, id: string, counts: CommentCounts): CommentPages {
  return mapItems<CommentView, CommentPages>(data, (item) =>
    item.id === id && counts.version > item.counts.version ? { ...item, counts } : item,
  );
}

/** The unconfirmed comments without the one that was confirmed now. */
export function dropConfirmed(
  pending: LocalComment[] | undefined,
  confirmed: { clientId: string | null },
): LocalComment[] {
  const list = pending ?? [];
  return confirmed.clientId === null ? list : list.filter((item) => item.clientId !== confirmed.clientId);
}

/** Changes a comment in every cached thread. */
export function patchComment(
  client: QueryClient,
  id: string,
  change: (comment: CommentView) => CommentView,
): void {
  patchQueries<CommentPages>(client, { queryKey: commentKeys.all }, (data) =>
    mapItems<CommentView, CommentPages>(data, (item) => (item.id === id ? change(item) : item)),
  );
}

/** A comment from any cached thread, or null. */
export function findComment(client: QueryClient, id: string): CommentView | null {
  for (const [, data] of client.getQueriesData<CommentPages>({ queryKey: commentKeys.all })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((item) => item.id === id);
      if (found) return found;
    }
  }
  return null;
}
