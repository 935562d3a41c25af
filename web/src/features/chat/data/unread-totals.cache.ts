/** Where the numbers on the Messages icon live; small, because every page hears of them. */
import type { QueryClient } from "@tanstack/react-query";
import type { ConversationTotals } from "../../../realtime/views.ts";

export const totalsKey = ["chat", "totals"] as const;

/** The newest numbers win: a late answer never undoes an event. */
export function newestTotals(
  known: ConversationTotals | undefined,
  heard: ConversationTotals,
): ConversationTotals {
  return known && known.version > heard.version ? known : heard;
}

export function hearTotals(client: QueryClient, heard: ConversationTotals): void {
  client.setQueryData<ConversationTotals>(totalsKey, (known) => newestTotals(known, heard));
}

/** The totals until the server says its own; the version stays, so that the truth replaces them. */
export function guessTotals(client: QueryClient, by: { unread?: number; requests?: number }): void {
  const moved = (now: number, step = 0) => Math.max(0, now + step);
  client.setQueryData<ConversationTotals>(
    totalsKey,
    (known) =>
      known && {
        ...known,
        unread: moved(known.unread, by.unread),
        requests: moved(known.requests, by.requests),
      },
  );
}
