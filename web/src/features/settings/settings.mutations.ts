import { useMutation } from "@tanstack/react-query";
import { trackAccount } from "../../api/account-state.ts";
import { api, readBody } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { setLocale } from "../../i18n/index.ts";
import { peopleKeys } from "../follows/follows.cache.ts";
import { meQuery } from "../session/session.queries.ts";

/** Changes the account's name, bio or language. The account's profile page is loaded again. */
export function useUpdateMe() {
  return useMutation({
    mutationFn: (json: { name?: string; bio?: string; language?: "en" | "lt" }) =>
      readBody(api.me.$patch({ json })),
    onMutate: trackAccount,
    onSuccess: async (me, _input, isSameAccount) => {
      // A response after sign-out must not show the account as signed in again.
      if (!isSameAccount()) return;
      queryClient.setQueryData(meQuery.queryKey, me);
      const profile = { queryKey: peopleKeys.profile(me.handle) };
      await Promise.all([setLocale(me.language), queryClient.invalidateQueries(profile)]);
    },
  });
}
