import { useMutation } from "@tanstack/react-query";
import { trackAccount } from "../../api/account-state.ts";
import { api, readBody } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import type { NearbyView } from "../../realtime/views.ts";
import { type CellPrecision, locateCell } from "./locate.ts";
import { nearbyQuery } from "./nearby.queries.ts";

async function setNearby(
  view: NearbyView,
  _input: unknown,
  isSameAccount: ReturnType<typeof trackAccount>,
): Promise<void> {
  if (!isSameAccount()) return;
  // A fetch in flight may have been answered before the change.
  await queryClient.cancelQueries({ queryKey: nearbyQuery.queryKey });
  queryClient.setQueryData(nearbyQuery.queryKey, view);
}

/** Locates the device and shares its cell for 15 minutes, or extends that time. Fails with LocationError. */
export function useShareCell() {
  return useMutation({
    mutationFn: async (precision: CellPrecision): Promise<NearbyView> => {
      const cell = await locateCell(precision);
      return readBody(api.nearby.$put({ json: { cell } }));
    },
    onMutate: trackAccount,
    onSuccess: setNearby,
  });
}

/** Stops sharing at once. */
export function useStopSharing() {
  return useMutation({
    mutationFn: (): Promise<NearbyView> => readBody(api.nearby.$delete({})),
    onMutate: trackAccount,
    onSuccess: setNearby,
  });
}
