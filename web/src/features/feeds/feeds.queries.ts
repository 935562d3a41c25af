import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, withSignal } from "../../api/client.ts";
import { pageQuery } from "../../api/page-query.ts";
import { type FeedName, postKeys } from "../posts/posts.cache.ts";

/** How often an open feed asks whether there is something new. */
const NEWS_EVERY_MS = 30_000;

function readFeed(feed: FeedName, query: Record<string, string>, signal: AbortSignal) {
  return feed === "following"
    ? ask(api.feeds.following.$get({ query }, withSignal(signal)))
    : ask(api.feeds.latest.$get({ query }, withSignal(signal)));
}

/**
 * A feed. It is never refetched by itself: what is being read does not move; news are counted apart and shown when asked
 * for. Coming back finds the same pages, and so the same place.
 */
export function feedQuery(feed: FeedName) {
  return infiniteQueryOptions({
    queryKey: postKeys.feed(feed),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => readFeed(feed, pageQuery(pageParam), signal),
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    refetchOnMount: false,
  });
}

/** How many posts came since the feed was read. Asked while the tab is looked at, and when it is looked at again. */
export function newPostCountQuery(feed: FeedName, since: string | null) {
  return queryOptions({
    queryKey: ["feed-news", feed, since],
    enabled: since !== null,
    queryFn: async ({ signal }) =>
      (await readFeed(feed, { since: since ?? "", limit: "1" }, signal)).newCount,
    staleTime: NEWS_EVERY_MS / 2,
    refetchInterval: NEWS_EVERY_MS,
    refetchOnWindowFocus: true,
  });
}
