/**
 * Where posts live in the query cache, and the one dispatcher that patches all places at once.
 * Everything that holds posts has a key that begins with "posts": a single one, or pages of them.
 */
import type { QueryClient } from "@tanstack/react-query";
import { dropItem, isPaged, mapItems, type PagedData, prependItem } from "../../api/paged-cache.ts";
import type { PostView } from "../../realtime/views.ts";

export type FeedName = "following" | "latest";

export const postKeys = {
  all: ["posts"] as const,
  one: (id: string) => ["posts", "one", id] as const,
  feed: (feed: FeedName) => ["posts", "feed", feed] as const,
  feeds: ["posts", "feed"] as const,
  answers: (questionId: string) => ["posts", "answers", questionId] as const,
  byProfile: (handle: string) => ["posts", "profile", handle] as const,
};

type PostData = PostView | PagedData<PostView> | null | undefined;

/** Pure: the same cached data with one post changed wherever it stands. */
export function mapPost<D extends PostData>(data: D, id: string, change: (post: PostView) => PostView): D {
  if (!data) return data;
  if (isPaged<PostView>(data)) {
    return mapItems<PostView, PagedData<PostView>>(data, (post) =>
      post.id === id ? change(post) : post,
    ) as D;
  }
  return data.id === id ? (change(data) as D) : data;
}

/** Pure: newer counts replace older ones; a late answer or a repeated event changes nothing. */
export function withCounts<T extends { counts: { version: number } }>(item: T, counts: T["counts"]): T {
  return counts.version > item.counts.version ? { ...item, counts } : item;
}

/** Changes one post in every list and page that shows it. */
export function patchPost(client: QueryClient, id: string, change: (post: PostView) => PostView): void {
  client.setQueriesData<PostData>({ queryKey: postKeys.all }, (data) => mapPost(data, id, change));
}

/** The post as some list or page has it, the newest counts first. */
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

/** Takes a deleted post out of every list; its own page asks the server again and hears that it is gone. */
export function removePost(client: QueryClient, id: string): void {
  client.setQueriesData<PostData>({ queryKey: postKeys.all }, (data) =>
    isPaged<PostView>(data) ? dropItem(data, id) : data,
  );
}

/** A post of one's own appears first in the feeds that are already on this device. */
export function addOwnPost(client: QueryClient, post: PostView): void {
  client.setQueryData(postKeys.one(post.id), post);
  const lists: (readonly unknown[])[] = [postKeys.feed("following"), postKeys.feed("latest")];
  lists.push(postKeys.byProfile(post.author.handle));
  for (const queryKey of lists) {
    client.setQueryData<PagedData<PostView>>(queryKey, (data) => data && prependItem(data, post));
  }
}
