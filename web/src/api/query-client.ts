import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "./api-error.ts";

const MINUTE_MS = 60_000;

/** How long a kind of data counts as fresh. Live events patch the cache meanwhile. */
export const STALE_MS = { feed: 30_000, profile: MINUTE_MS, thread: 30_000, me: 5 * MINUTE_MS } as const;

/** The one cache. Refused requests are not retried; those without an answer once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS.feed,
      gcTime: 30 * MINUTE_MS,
      retry: (failures, error) => failures < 1 && isTransient(error),
      refetchOnWindowFocus: false,
      // An offline query should fail and say so rather than hang in silence.
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
