import { queryOptions } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";

const POLL_INTERVAL_MS = 3_000;

/**
 * The mails that a development server kept instead of sending. Every other server answers 404, which ends the
 * polling.
 */
export const mailboxQuery = queryOptions({
  queryKey: ["mailbox"] as const,
  queryFn: ({ signal }) => readBody(api.dev.mailbox.$get({}, withSignal(signal))),
  staleTime: 0,
  retry: false,
  refetchInterval: (query) => (query.state.status === "error" ? false : POLL_INTERVAL_MS),
});

/** One mail of the local mailbox. */
export function mailQuery(id: string) {
  return queryOptions({
    queryKey: ["mailbox", id] as const,
    queryFn: ({ signal }) => readBody(api.dev.mailbox[":id"].$get({ param: { id } }, withSignal(signal))),
  });
}
