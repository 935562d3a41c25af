import { useMutation } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { setLocale } from "../../i18n/index.ts";
import { meQuery } from "../session/session.queries.ts";

/** Changes one's own name, words about oneself or language. The profile page is asked for anew. */
export function useUpdateMe() {
  return useMutation({
    mutationFn: (json: { name?: string; bio?: string; language?: "en" | "lt" }) =>
      ask(api.me.$patch({ json })),
    onSuccess: async (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      await Promise.all([setLocale(me.language), queryClient.invalidateQueries({ queryKey: ["profile"] })]);
    },
  });
}
