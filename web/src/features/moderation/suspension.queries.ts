import { queryOptions, type UseMutationResult, useMutation } from "@tanstack/react-query";
import { api, readBody } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import type { Suspension } from "../../realtime/views.ts";

/** Whether an account is suspended. Read anew for every dialog. */
export const suspensionQuery = (handle: string) =>
  queryOptions({
    queryKey: ["suspension", handle],
    queryFn: (): Promise<Suspension> =>
      readBody(api.profiles[":handle"].suspension.$get({ param: { handle } })),
    staleTime: 0,
  });

/** Suspends an account or ends its suspension. Not optimistic: the dialog waits for the server. */
export function useSetSuspension(
  handle: string,
): UseMutationResult<Suspension, Error, { isSuspended: boolean; reason: string }> {
  return useMutation({
    mutationFn: async (json): Promise<Suspension> => {
      const answer = await readBody(api.profiles[":handle"].suspension.$put({ param: { handle }, json }));
      queryClient.setQueryData(suspensionQuery(handle).queryKey, answer);
      return answer;
    },
  });
}
