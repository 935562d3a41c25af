import { infiniteQueryOptions, queryOptions, useQuery } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import { pageQuery } from "../../api/page-query.ts";
import { queryClient } from "../../api/query-client.ts";
import type { UnreadView } from "../../realtime/views.ts";
import { useMe } from "../session/session.queries.ts";
import { newestUnread, notificationKeys } from "./notifications.cache.ts";

/** The notifications, newest first. Events keep the cached list up to date. */
export const notificationsQuery = infiniteQueryOptions({
  queryKey: notificationKeys.list,
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    readBody(api.notifications.$get({ query: pageQuery(pageParam) }, withSignal(signal))),
  getNextPageParam: (page) => page.nextCursor,
});

/** The unread count. A response that is older than an event received meanwhile is ignored. */
export const unreadQuery = queryOptions({
  queryKey: notificationKeys.unread,
  queryFn: async ({ signal }): Promise<UnreadView> => {
    const received = await readBody(api.notifications["unread-count"].$get({}, withSignal(signal)));
    return newestUnread(queryClient.getQueryData<UnreadView>(notificationKeys.unread), received);
  },
});

/** The number of unread notifications; 0 when signed out or not loaded yet. */
export function useUnread(): number {
  const isSignedIn = useMe() !== null;
  return useQuery({ ...unreadQuery, enabled: isSignedIn }).data?.unread ?? 0;
}
