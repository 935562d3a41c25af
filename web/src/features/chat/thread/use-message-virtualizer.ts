import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback } from "react";
import type { ThreadRow } from "./thread-rows.ts";

/** Within this distance the list counts as being at its end and follows new messages. */
export const AT_END_PX = 48;
/** The height of the element above the first message (MessageListTop, class h-14). */
export const TOP_PX = 56;
const ESTIMATED_ROW_PX = 56;
/** The height of read messages that stay in view above the "new" separator. */
const ABOVE_SEPARATOR_PX = 96;

/**
 * The virtualizer of the message list: anchored at the end, so that rows added or resized above do not move
 * what is in view.
 * @param keptIndex a row that is rendered even when it is out of view, because it has the focus; null for
 *   none
 */
export function useMessageVirtualizer(
  rows: readonly ThreadRow[],
  scroller: RefObject<HTMLDivElement | null>,
  keptIndex: number | null,
) {
  return useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATED_ROW_PX,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 8,
    scrollMargin: TOP_PX,
    scrollPaddingStart: ABOVE_SEPARATOR_PX,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(count - 1, endIndex + overscan);
      const rendered = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
      if (keptIndex === null || (keptIndex >= first && keptIndex <= last)) return rendered;
      return keptIndex < first ? [keptIndex, ...rendered] : [...rendered, keptIndex];
    },
  });
}
