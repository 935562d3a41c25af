/** Where in a conversation one is, by what its list has in sight. */
import type { Virtualizer } from "@tanstack/react-virtual";
import type { ThreadRow } from "./thread-rows.ts";

type Rows = Virtualizer<HTMLDivElement, Element>;

/** The beginning and the first day's line. */
const FIRST_LINES_PX = 60;

/** Whether the first lines of all are in sight. */
export function isAtTop(virtualizer: Rows): boolean {
  return (virtualizer.scrollOffset ?? 0) < FIRST_LINES_PX;
}

/** The day of the message at the top edge, while its own line is not in sight there. */
export function topDay(virtualizer: Rows, rows: readonly ThreadRow[]): string | null {
  const start = virtualizer.range?.startIndex ?? 0;
  const row = rows[start];
  if (!row || row.kind === "day" || rows[start + 1]?.kind === "day") return null;
  const near = row.kind === "new" ? rows[start + 1] : row;
  return near && "message" in near ? near.message.createdAt : null;
}

/** The place of the last message that can be seen; 0 when there is none. */
export function lastSeenSeq(virtualizer: Rows, rows: readonly ThreadRow[]): number {
  const end = virtualizer.range?.endIndex ?? -1;
  for (let index = end; index >= 0; index -= 1) {
    const row = rows[index];
    if (row && "message" in row && !row.message.local) return row.message.seq;
  }
  return 0;
}
