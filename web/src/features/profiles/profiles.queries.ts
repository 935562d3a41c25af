import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import { pageQuery } from "../../api/page-query.ts";
import { STALE_MS } from "../../api/query-client.ts";
import { peopleKeys } from "../follows/follows.cache.ts";

/** A profile with its counts and the viewer's relation to it. */
export function profileQuery(handle: string) {
  return queryOptions({
    queryKey: peopleKeys.profile(handle),
    staleTime: STALE_MS.profile,
    queryFn: ({ signal }) =>
      readBody(api.profiles[":handle"].$get({ param: { handle } }, withSignal(signal))),
  });
}

/** The followers of a person, the newest first. */
export function followersQuery(handle: string) {
  return infiniteQueryOptions({
    queryKey: peopleKeys.followers(handle),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      readBody(
        api.profiles[":handle"].followers.$get(
          { param: { handle }, query: pageQuery(pageParam) },
          withSignal(signal),
        ),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** The people that a person follows, the newest first. */
export function followingQuery(handle: string) {
  return infiniteQueryOptions({
    queryKey: peopleKeys.following(handle),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      readBody(
        api.profiles[":handle"].following.$get(
          { param: { handle }, query: pageQuery(pageParam) },
          withSignal(signal),
        ),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}

const PREVIEW_PEOPLE = 5;

/** The first few people that a person follows. */
export function followingPreviewQuery(handle: string) {
  return queryOptions({
    queryKey: ["following-preview", handle],
    staleTime: STALE_MS.profile,
    queryFn: ({ signal }) =>
      readBody(
        api.profiles[":handle"].following.$get(
          { param: { handle }, query: { limit: String(PREVIEW_PEOPLE) } },
          withSignal(signal),
        ),
      ),
  });
}
