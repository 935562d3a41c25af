import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import type { PersonView } from "../../realtime/views.ts";

/** People whose handle begins with `prefix`; an empty list for null. */
export function useHandles(prefix: string | null): PersonView[] {
  const { data } = useQuery({
    queryKey: ["handles", prefix],
    enabled: prefix !== null,
    staleTime: 60_000,
    // The previous result stays while the next one is loading, so that the list does not flicker.
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      readBody(api.search.handles.$get({ query: { prefix: prefix ?? "" } }, withSignal(signal))),
  });
  return prefix === null ? [] : (data?.items ?? []);
}
