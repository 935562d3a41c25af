import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import { STALE_MS } from "../../api/query-client.ts";
import type { LocalComment } from "./comment.tree.ts";
import { commentKeys } from "./comments.cache.ts";

/** Larger than a page of posts, because comments are short. */
const THREAD_PAGE_SIZE = "50";

/** The comments of a post in thread order. */
export function threadQuery(postId: string) {
  return infiniteQueryOptions({
    queryKey: commentKeys.thread(postId),
    staleTime: STALE_MS.thread,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam ? { limit: THREAD_PAGE_SIZE, cursor: pageParam } : { limit: THREAD_PAGE_SIZE };
      return readBody(api.posts[":id"].comments.$get({ param: { id: postId }, query }, withSignal(signal)));
    },
    getNextPageParam: (page) => page.nextCursor,
  });
}

/**
 * The viewer's own comments on a post that the server has not confirmed. Never fetched: mutations write them.
 */
export function localCommentsQuery(postId: string) {
  return queryOptions({
    queryKey: commentKeys.local(postId),
    queryFn: (): LocalComment[] => [],
    enabled: false,
    initialData: (): LocalComment[] => [],
    staleTime: Number.POSITIVE_INFINITY,
  });
}
