/** The unread counts on the Messages icon. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import type { ConversationTotals } from "../../../realtime/views.ts";
import { useMe } from "../../session/session.queries.ts";
import { newestTotals, totalsKey } from "./unread-totals.cache.ts";

/** A response with a lower version than the cached totals is ignored. */
const totalsQuery = queryOptions({
  queryKey: totalsKey,
  queryFn: async ({ signal }): Promise<ConversationTotals> => {
    const received = await readBody(api.conversations["unread-count"].$get({}, withSignal(signal)));
    return newestTotals(queryClient.getQueryData<ConversationTotals>(totalsKey), received);
  },
});

/** The numbers of unread messages and unanswered requests; zero when signed out or not loaded yet. */
export function useChatTotals(): Pick<ConversationTotals, "unread" | "requests"> {
  const isSignedIn = useMe() !== null;
  return useQuery({ ...totalsQuery, enabled: isSignedIn }).data ?? { unread: 0, requests: 0 };
}
