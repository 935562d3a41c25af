import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, withSignal } from "../../api/client.ts";
import { STALE_MS } from "../../api/query-client.ts";
import { postKeys } from "./posts.cache.ts";

/** How many rows a page of a list carries. */
export const PAGE_SIZE = 20;

/** A cursor page's query string. */
export function pageQuery(cursor: string | null): { limit: string; cursor?: string } {
  return cursor ? { limit: String(PAGE_SIZE), cursor } : { limit: String(PAGE_SIZE) };
}

/** One post with the viewer's state; refuses with GONE when it was deleted. */
export function postQuery(id: string) {
  return queryOptions({
    queryKey: postKeys.one(id),
    staleTime: STALE_MS.thread,
    queryFn: ({ signal }) => ask(api.posts[":id"].$get({ param: { id } }, withSignal(signal))),
  });
}

/** A question's answers, best score first. */
export function answersQuery(questionId: string) {
  return infiniteQueryOptions({
    queryKey: postKeys.answers(questionId),
    staleTime: STALE_MS.thread,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.posts[":id"].answers.$get(
          { param: { id: questionId }, query: pageQuery(pageParam) },
          withSignal(signal),
        ),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** What somebody wrote, newest first. */
export function profilePostsQuery(handle: string) {
  return infiniteQueryOptions({
    queryKey: postKeys.byProfile(handle),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.profiles[":handle"].posts.$get(
          { param: { handle }, query: pageQuery(pageParam) },
          withSignal(signal),
        ),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}
