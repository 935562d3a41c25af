import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import type { Presence, PresenceSettings } from "../../realtime/views.ts";

/** The presence of these people now; people that the viewer may not see are left out. */
export function queryPresence(ids: readonly string[]): Promise<Record<string, Presence>> {
  return readBody(api.presence.query.$post({ json: { ids: [...ids] } }));
}

/** Who may see the account's presence, and whether it shares read receipts. */
export const presenceSettingsQuery = queryOptions({
  queryKey: ["presence", "settings"] as const,
  queryFn: ({ signal }): Promise<PresenceSettings> => readBody(api.me.presence.$get({}, withSignal(signal))),
});

/** The presence settings with the states of loading them; `settings` is null until they are loaded. */
export function usePresenceSettings() {
  const { data, error, refetch } = useQuery(presenceSettingsQuery);
  return { settings: data ?? null, error, refetch: () => void refetch() };
}
