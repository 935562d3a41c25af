import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { trackAccount } from "../../api/account-state.ts";
import { api, readBody, withSignal } from "../../api/client.ts";
import { pageQuery } from "../../api/page-query.ts";
import { queryClient } from "../../api/query-client.ts";
import { type FeedName, postKeys } from "../posts/posts.cache.ts";

/** How often an open feed counts the posts that are newer than it. */
const COUNT_INTERVAL_MS = 30_000;

function readFeed(feed: FeedName, query: Record<string, string>, signal: AbortSignal) {
  return feed === "following"
    ? readBody(api.feeds.following.$get({ query }, withSignal(signal)))
    : readBody(api.feeds.latest.$get({ query }, withSignal(signal)));
}

/**
 * A feed. It is never refetched automatically, so that what is being read does not move: newer posts are only
 * counted, and shown on request. Returning to the feed finds the same pages, and so the same scroll position.
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

/** The number of posts since `since`, the time of the feed's first page. Polled while the tab is visible. */
export function newPostCountQuery(feed: FeedName, since: string | null) {
  return queryOptions({
    queryKey: ["feed-news", feed, since],
    enabled: since !== null,
    queryFn: async ({ signal }) =>
      (await readFeed(feed, { since: since ?? "", limit: "1" }, signal)).newCount,
    staleTime: COUNT_INTERVAL_MS / 2,
    refetchInterval: COUNT_INTERVAL_MS,
    refetchOnWindowFocus: true,
  });
}

/** Loads the first page again and replaces the feed by it. The old pages stay until the new one is loaded. */
export async function showNewPosts(feed: FeedName): Promise<void> {
  const options = feedQuery(feed);
  const isSameAccount = trackAccount();
  const fresh = await queryClient.fetchInfiniteQuery({
    ...options,
    queryKey: ["feed-fresh", feed] as unknown as typeof options.queryKey,
    staleTime: 0,
    gcTime: 0,
  });
  if (!isSameAccount()) return;
  queryClient.setQueryData(options.queryKey, { pages: fresh.pages.slice(0, 1), pageParams: [null] });
}
