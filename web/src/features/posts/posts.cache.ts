/**
 * The query keys of posts, and the patches that change a post in all of them at once. Every key of an entry
 * that holds posts, one or pages of them, begins with "posts".
 */
import type { QueryClient } from "@tanstack/react-query";
import { dropItem, isPaged, mapItems, type PagedData, prependItem } from "../../api/paged-cache.ts";
import { patchQueries } from "../../api/patch-queries.ts";
import type { PostView } from "../../realtime/views.ts";

export type FeedName = "following" | "latest";

export const postKeys = {
  /** The prefix of every entry that holds posts. */
  all: ["posts"] as const,
  one: (id: string) => ["posts", "one", id] as const,
  feed: (feed: FeedName) => ["posts", "feed", feed] as const,
  feeds: ["posts", "feed"] as const,
  answers: (questionId: string) => ["posts", "answers", questionId] as const,
  byProfile: (handle: string) => ["posts", "profile", handle] as const,
};

type PostData = PostView | PagedData<PostView> | null | undefined;

/** The cached data with one post changed. Returns the same object when the post is not in it. Pure. */
export function mapPost<D extends PostData>(data: D, id: string, change: (post: PostView) => PostView): D {
  if (!data) return data;
  if (isPaged<PostView>(data)) {
    return mapItems<PostView, PagedData<PostView>>(data, (post) =>
      post.id === id ? change(post) : post,
    ) as D;
  }
  return data.id === id ? (change(data) as D) : data;
}

/**
 * The item with the given counts, if their version is higher. Late responses and repeated events change
 * nothing. Pure.
 */
export function withCounts<T extends { counts: { version: number } }>(item: T, counts: T["counts"]): T {
  return counts.version > item.counts.version ? { ...item, counts } : item;
}

/** Changes a post in every cached list and page. */
export function patchPost(client: QueryClient, id: string, change: (post: PostView) => PostView): void {
  patchQueries<PostData>(client, { queryKey: postKeys.all }, (data) => mapPost(data, id, change));
}

/** The cached post with the highest version of its counts, or null. */
export function findPost(client: QueryClient, id: string): PostView | null {
  let found: PostView | null = null;
  for (const [, data] of client.getQueriesData<PostData>({ queryKey: postKeys.all })) {
    mapPost(data, id, (post) => {
      if (!found || post.counts.version > found.counts.version) found = post;
      return post;
    });
  }
  return found;
}

/**
 * Removes a deleted post from every list. The entry of its own page stays: it is loaded again and gets the
 * error GONE.
 */
export function removePost(client: QueryClient, id: string): void {
  patchQueries<PostData>(client, { queryKey: postKeys.all }, (data) =>
    isPaged<PostView>(data) ? dropItem(data, id) : data,
  );
}

/** Adds the viewer's own new post to the top of the cached feeds and of their profile. */
export function addOwnPost(client: QueryClient, post: PostView): void {
  client.setQueryData(postKeys.one(post.id), post);
  const lists: (readonly unknown[])[] = [postKeys.feed("following"), postKeys.feed("latest")];
  lists.push(postKeys.byProfile(post.author.handle));
  for (const queryKey of lists) {
    patchQueries<PagedData<PostView>>(client, { queryKey }, (data) => prependItem(data, post));
  }
}
