import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, ask, withSignal } from "../../api/client.ts";
import { STALE_MS } from "../../api/query-client.ts";
import { commentKeys } from "./comments.cache.ts";

/** Comments are short: more of them fit in one page than posts. */
const THREAD_PAGE_SIZE = "50";

/** A post's comments in the order of the thread. */
export function threadQuery(postId: string) {
  return infiniteQueryOptions({
    queryKey: commentKeys.thread(postId),
    staleTime: STALE_MS.thread,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam ? { limit: THREAD_PAGE_SIZE, cursor: pageParam } : { limit: THREAD_PAGE_SIZE };
      return ask(api.posts[":id"].comments.$get({ param: { id: postId }, query }, withSignal(signal)));
    },
    getNextPageParam: (page) => page.nextCursor,
  });
}
