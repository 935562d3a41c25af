import type { Query, QueryClient, QueryFilters } from "@tanstack/react-query";

/**
 * Changes cached data, for events and optimistic updates. A fetch that is in flight would overwrite the
 * change with older data: its response may have been read before the change, and the next page of an infinite
 * query is appended to the pages that were cached when its fetch began. So the patch is applied a second time
 * when that fetch ends. It must therefore be idempotent: patching data twice gives the same result as
 * patching it once.
 *
 * @example
 * patchQueries<Pages>(client, { queryKey: postKeys.feeds }, (pages) => dropItem(pages, id));
 */
export function patchQueries<T>(
  client: QueryClient,
  filters: Pick<QueryFilters, "queryKey" | "exact">,
  patch: (data: T) => T,
): void {
  const fetching = client.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" });
  client.setQueriesData<T>(filters, (data) => (data === undefined ? data : patch(data)));
  for (const query of fetching) patchWhenFetched(client, query, patch);
}

function patchWhenFetched<T>(client: QueryClient, query: Query, patch: (data: T) => T): void {
  const unsubscribe = client.getQueryCache().subscribe((event) => {
    if (event.query !== query) return;
    if (event.type === "removed") return unsubscribe();
    if (query.state.fetchStatus === "fetching") return;
    unsubscribe();
    client.setQueryData<T>(query.queryKey, (data) => (data === undefined ? data : patch(data)));
  });
}
