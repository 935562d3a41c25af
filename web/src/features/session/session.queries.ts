import { queryOptions, useQuery } from "@tanstack/react-query";
import { storeAccountId } from "../../api/account.ts";
import { resetAccountState } from "../../api/account-state.ts";
import { ApiError, api, readBody, withSignal } from "../../api/client.ts";
import { queryClient, STALE_MS } from "../../api/query-client.ts";
import { setLocale } from "../../i18n/index.ts";
import { rememberSession, sessionHint } from "./session-hint.ts";

const ME_KEY = ["me"] as const;

/** The signed-in account, or null. */
export const meQuery = queryOptions({
  queryKey: ME_KEY,
  staleTime: STALE_MS.me,
  queryFn: async ({ signal }) => {
    try {
      const { me } = await readBody(api.session.$get({}, withSignal(signal)));
      forgetOtherAccount(me?.id ?? null);
      rememberSession(me !== null);
      storeAccountId(me?.id ?? null);
      if (me) await setLocale(me.language);
      return me;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      forgetOtherAccount(null);
      rememberSession(false);
      storeAccountId(null);
      return null;
    }
  },
});

export type Me = NonNullable<Awaited<ReturnType<NonNullable<typeof meQuery.queryFn>>>>;

/** The signed-in account; null when signed out, and while the session is still loading. */
export function useMe(): Me | null {
  return useQuery(meQuery).data ?? null;
}

/**
 * The session with its loading and error states. `likelySignedIn` is a hint for the time until it is loaded.
 */
export function useSession() {
  const { data, isPending, error, refetch } = useQuery(meQuery);
  return { me: data ?? null, isPending, error, refetch, likelySignedIn: sessionHint() };
}

/**
 * Ends the session in this tab: the app shows its signed-out state, and everything cached for the account is
 * deleted.
 */
export function sessionEnded(): void {
  rememberSession(false);
  storeAccountId(null);
  // Not clear(): components that observe the session need the entry to change to null.
  queryClient.setQueryData(ME_KEY, null);
  queryClient.removeQueries({ predicate: isNotMe });
  resetAccountState();
}

/**
 * Deletes what is cached for the previous account when another tab signed it out or signed in another one.
 */
function forgetOtherAccount(meId: string | null): void {
  const previous = queryClient.getQueryData<{ id: string } | null>(ME_KEY);
  if (!previous || previous.id === meId) return;
  resetAccountState();
  queryClient.removeQueries({ predicate: isNotMe, type: "inactive" });
  // What is on the screen is loaded again for the account that is signed in now.
  void queryClient.resetQueries({ predicate: isNotMe, type: "active" });
}

function isNotMe(query: { queryKey: readonly unknown[] }): boolean {
  return query.queryKey[0] !== ME_KEY[0];
}
