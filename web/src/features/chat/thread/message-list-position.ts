/** What the message list shows at its current scroll position. */
import type { Virtualizer } from "@tanstack/react-virtual";
import type { ThreadRow } from "./thread-rows.ts";

type Rows = Virtualizer<HTMLDivElement, Element>;

/** The height of the start of the conversation and the first day separator. */
const TOP_ROWS_PX = 60;

/** Whether the start of the conversation is in view. */
export function isAtTop(virtualizer: Rows): boolean {
  return (virtualizer.scrollOffset ?? 0) < TOP_ROWS_PX;
}

/** The time of the message at the top edge; null when a day separator is there. */
export function topDay(virtualizer: Rows, rows: readonly ThreadRow[]): string | null {
  const start = virtualizer.range?.startIndex ?? 0;
  const row = rows[start];
  if (!row || row.kind === "day" || rows[start + 1]?.kind === "day") return null;
  const near = row.kind === "new" ? rows[start + 1] : row;
  return near && "message" in near ? near.message.createdAt : null;
}

/** The seq of the last message in view; 0 when there is none. */
export function lastSeqInView(virtualizer: Rows, rows: readonly ThreadRow[]): number {
  const end = virtualizer.range?.endIndex ?? -1;
  for (let index = end; index >= 0; index -= 1) {
    const row = rows[index];
    if (row && "message" in row && !row.message.local) return row.message.seq;
  }
  return 0;
}
