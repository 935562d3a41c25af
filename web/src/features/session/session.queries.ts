import { queryOptions, useQuery } from "@tanstack/react-query";
import { rememberAccount } from "../../api/account.ts";
import { ApiError, api, ask, withSignal } from "../../api/client.ts";
import { queryClient, STALE_MS } from "../../api/query-client.ts";
import { setLocale } from "../../i18n/index.ts";
import { rememberSession, sessionHint } from "./session-hint.ts";

/** Who is signed in, or null. */
export const meQuery = queryOptions({
  queryKey: ["me"] as const,
  staleTime: STALE_MS.me,
  queryFn: async ({ signal }) => {
    try {
      const { me } = await ask(api.session.$get({}, withSignal(signal)));
      rememberSession(me !== null);
      rememberAccount(me?.id ?? null);
      if (me) await setLocale(me.language);
      return me;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      rememberSession(false);
      rememberAccount(null);
      return null;
    }
  },
});

export type Me = NonNullable<Awaited<ReturnType<NonNullable<typeof meQuery.queryFn>>>>;

/** Who is signed in; null when nobody is, and until it is known. */
export function useMe(): Me | null {
  return useQuery(meQuery).data ?? null;
}

/** Whether it is known yet who is signed in, and what went wrong if it cannot be known. */
export function useSession() {
  const { data, isPending, error, refetch } = useQuery(meQuery);
  return { me: data ?? null, isPending, error, refetch, likelySignedIn: sessionHint() };
}

/** Forgets a session that turned out to be dead: shows the signed-out place, keeps nothing of the person's. */
export function sessionEnded(): void {
  rememberSession(false);
  rememberAccount(null);
  // Not clear(): whoever shows the session must hear that it is over, so its entry stays and becomes null.
  queryClient.setQueryData(meQuery.queryKey, null);
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== meQuery.queryKey[0] });
}
