import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "./api-error.ts";

const MINUTE_MS = 60_000;

/** How long each kind of data stays fresh. Live events update the cache in between. */
export const STALE_MS = { feed: 30_000, profile: MINUTE_MS, thread: 30_000, me: 5 * MINUTE_MS } as const;

/** The query cache of the app. A query without a response is retried once, a refused one is not. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS.feed,
      gcTime: 30 * MINUTE_MS,
      retry: (failures, error) => failures < 1 && isTransient(error),
      refetchOnWindowFocus: false,
      // The default pauses queries while offline: they would load for ever instead of showing an error.
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
