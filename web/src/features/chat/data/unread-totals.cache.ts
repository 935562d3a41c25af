/** The counts on the Messages icon in the query cache. A file of its own, because every page loads it. */
import type { QueryClient } from "@tanstack/react-query";
import type { ConversationTotals } from "../../../realtime/views.ts";

export const totalsKey = ["chat", "totals"] as const;

/** The totals with the higher version: a late answer never undoes an event. */
export function newestTotals(
  known: ConversationTotals | undefined,
  received: ConversationTotals,
): ConversationTotals {
  return known && known.version > received.version ? known : received;
}

export function applyTotals(client: QueryClient, received: ConversationTotals): void {
  client.setQueryData<ConversationTotals>(totalsKey, (known) => newestTotals(known, received));
}

/** Changes the totals optimistically. The version stays, so that the server's totals replace them. */
export function addToTotals(client: QueryClient, by: { unread?: number; requests?: number }): void {
  const add = (count: number, step = 0) => Math.max(0, count + step);
  client.setQueryData<ConversationTotals>(
    totalsKey,
    (known) =>
      known && {
        ...known,
        unread: add(known.unread, by.unread),
        requests: add(known.requests, by.requests),
      },
  );
}
