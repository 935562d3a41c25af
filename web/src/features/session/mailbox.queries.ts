import { queryOptions } from "@tanstack/react-query";
import { api, ask, withSignal } from "../../api/client.ts";

const LOOK_EVERY_MS = 3_000;

/** Mails kept on a laptop instead of being sent; not found anywhere else. */
export const mailboxQuery = queryOptions({
  queryKey: ["mailbox"] as const,
  queryFn: ({ signal }) => ask(api.dev.mailbox.$get({}, withSignal(signal))),
  staleTime: 0,
  retry: false,
  refetchInterval: (query) => (query.state.status === "error" ? false : LOOK_EVERY_MS),
});

export function mailQuery(id: string) {
  return queryOptions({
    queryKey: ["mailbox", id] as const,
    queryFn: ({ signal }) => ask(api.dev.mailbox[":id"].$get({ param: { id } }, withSignal(signal))),
  });
}
