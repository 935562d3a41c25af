import { useMutation } from "@tanstack/react-query";
import { trackAccount } from "../../api/account-state.ts";
import { api, readBody } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import type { PresenceSettings } from "../../realtime/views.ts";
import { presenceSettingsQuery } from "./presence.queries.ts";

/** Changes the given presence settings. Not optimistic: the cache changes once the server confirmed it. */
export function useUpdatePresenceSettings() {
  return useMutation({
    // One request at a time, so that the last change is also the last that the server gets.
    scope: { id: "presence-settings" },
    mutationFn: (json: Partial<PresenceSettings>): Promise<PresenceSettings> =>
      readBody(api.me.presence.$patch({ json })),
    onMutate: trackAccount,
    onSuccess: (settings, _input, isSameAccount) => {
      if (isSameAccount()) queryClient.setQueryData(presenceSettingsQuery.queryKey, settings);
    },
  });
}
