import { infiniteQueryOptions, queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, withSignal } from "../../api/client.ts";
import { pageQuery } from "../../api/page-query.ts";
import { queryClient } from "../../api/query-client.ts";
import type { UnreadView } from "../../realtime/views.ts";
import { useMe } from "../session/session.queries.ts";
import { newestUnread, notificationKeys } from "./notifications.cache.ts";

/** The notifications, newest first. Kept true by events. */
export const notificationsQuery = infiniteQueryOptions({
  queryKey: notificationKeys.list,
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    ask(api.notifications.$get({ query: pageQuery(pageParam) }, withSignal(signal))),
  getNextPageParam: (page) => page.nextCursor,
});

/** The unread number. An answer that comes later than a newer event loses against it. */
export const unreadQuery = queryOptions({
  queryKey: notificationKeys.unread,
  queryFn: async ({ signal }): Promise<UnreadView> => {
    const heard = await ask(api.notifications["unread-count"].$get({}, withSignal(signal)));
    return newestUnread(queryClient.getQueryData<UnreadView>(notificationKeys.unread), heard);
  },
});

/** How many notifications wait; 0 when signed out or not known yet. */
export function useUnread(): number {
  const isSignedIn = useMe() !== null;
  return useQuery({ ...unreadQuery, enabled: isSignedIn }).data?.unread ?? 0;
}
