/** Where the numbers on the Messages icon live; small, because every page hears of them. */
import type { QueryClient } from "@tanstack/react-query";
import type { ConversationTotals } from "../../realtime/views.ts";

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

/** The total until the server says its own; the version stays, so that the truth replaces it. */
export function guessTotals(client: QueryClient, unreadBy: number): void {
  client.setQueryData<ConversationTotals>(
    totalsKey,
    (known) => known && { ...known, unread: Math.max(0, known.unread + unreadBy) },
  );
}
