import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ThreadRow } from "./thread-rows.ts";

const isMessage = (row: ThreadRow) => row.kind === "message";
const keyAt = (target: EventTarget) =>
  target instanceof HTMLElement ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;

/**
 * Keyboard navigation of the message list with a roving tabindex: Tab reaches one message; arrows, Home
 * and End move to others; Escape leaves the list. A row out of view is not rendered, so it gets the focus
 * after it has been scrolled into view and rendered.
 */
export function useMessageFocus(
  rows: readonly ThreadRow[],
  scroller: RefObject<HTMLElement | null>,
  onLeave: () => void,
) {
  const [activeKey, setActiveKey] = useState<string | null>(null);
  // The message that shows its times: focused by keyboard or pressed. Other focus changes do not show them,
  // because the layout must not shift during a press.
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  // The active message's buttons are tabbable only while the focus is in the list, so that Tab from outside
  // reaches the message first.
  const [hasFocus, setHasFocus] = useState(false);
  const wantsFocus = useRef(false);

  const activeIndex = useMemo(() => {
    const at = rows.findIndex((row) => row.key === activeKey);
    return at >= 0 ? at : rows.findLastIndex(isMessage);
  }, [rows, activeKey]);

  useEffect(() => {
    if (!wantsFocus.current) return;
    const element = scroller.current?.querySelector<HTMLElement>("[data-active=true] [data-message]");
    if (!element) return;
    wantsFocus.current = false;
    element.focus({ preventScroll: true });
  });

  const focusOn = (row: ThreadRow) => {
    setActiveKey(row.key);
    wantsFocus.current = true;
  };
  const onKeyDown = (event: KeyboardEvent, scrollTo: (index: number) => void) => {
    if (!(event.target instanceof HTMLElement) || !event.target.closest("[data-message]")) return;
    if (event.key === "Escape" && !event.target.closest("[popover]")) return onLeave();
    if (!event.target.matches("[data-message]")) return;
    let next = -1;
    if (event.key === "ArrowUp") next = rows.slice(0, activeIndex).findLastIndex(isMessage);
    else if (event.key === "ArrowDown") {
      next = rows.findIndex((row, index) => index > activeIndex && isMessage(row));
    } else if (event.key === "Home") next = rows.findIndex(isMessage);
    else if (event.key === "End") next = rows.findLastIndex(isMessage);
    else return;
    event.preventDefault();
    const row = rows[next];
    if (!row) return;
    focusOn(row);
    scrollTo(next);
  };
  const onFocus = (event: FocusEvent) => {
    const key = keyAt(event.target);
    if (key === undefined) return;
    setActiveKey(key);
    setHasFocus(true);
    if (event.target.matches("[data-message]:focus-visible")) setChosenKey(key);
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setHasFocus(false);
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const key = keyAt(target);
    const isOnMessage = target.closest("[data-message]") && !target.closest("a, button, [popover]");
    if (key !== undefined && isOnMessage) setChosenKey(key === chosenKey ? null : key);
  };
  /**
   * The index of a row that is rendered even when out of view, because removing it would lose the focus;
   * null for none.
   */
  const keptIndex = activeKey === null || activeIndex < 0 ? null : activeIndex;
  return { activeIndex, keptIndex, chosenKey, hasFocus, focusOn, onKeyDown, onFocus, onBlur, onClick };
}
