import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import { pageQuery } from "../../api/page-query.ts";
import { STALE_MS } from "../../api/query-client.ts";
import type { PostView } from "../../realtime/views.ts";
import { postKeys } from "./posts.cache.ts";

/** One post with the viewer's vote. Fails with the API code GONE when the post was deleted. */
export function postQuery(id: string) {
  return queryOptions({
    queryKey: postKeys.one(id),
    staleTime: STALE_MS.thread,
    queryFn: ({ signal }) => readBody(api.posts[":id"].$get({ param: { id } }, withSignal(signal))),
  });
}

/** A post as it is on the server now, without using or changing the cache. */
export function fetchPost(id: string): Promise<PostView> {
  return readBody(api.posts[":id"].$get({ param: { id } }));
}

/** The answers of a question, by score. */
export function answersQuery(questionId: string) {
  return infiniteQueryOptions({
    queryKey: postKeys.answers(questionId),
    staleTime: STALE_MS.thread,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      readBody(
        api.posts[":id"].answers.$get(
          { param: { id: questionId }, query: pageQuery(pageParam) },
          withSignal(signal),
        ),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** The posts, questions and answers of one profile, newest first. */
export function profilePostsQuery(handle: string) {
  return infiniteQueryOptions({
    queryKey: postKeys.byProfile(handle),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      readBody(
        api.profiles[":handle"].posts.$get(
          { param: { handle }, query: pageQuery(pageParam) },
          withSignal(signal),
        ),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}
