import { queryOptions } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import type { NearbyView } from "../../realtime/views.ts";

/**
 * The viewer's shared cell and the people nearby. Without a shared cell, `cell` is null and no people are
 * shown.
 */
export const nearbyQuery = queryOptions({
  queryKey: ["nearby"] as const,
  // Changes may have been missed while the page was closed, so returning to it loads the list again.
  staleTime: 0,
  queryFn: ({ signal }): Promise<NearbyView> => readBody(api.nearby.$get({}, withSignal(signal))),
});

/** Applies the signal `nearby.changed`: people came or left. Loads the list again while it is shown. */
export function refetchNearby(): void {
  void queryClient.invalidateQueries({ queryKey: nearbyQuery.queryKey });
}
