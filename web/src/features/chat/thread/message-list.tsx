import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocale } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import type { MessageList } from "../data/chat.types.ts";
import { noticeText, partnerOf, peopleIn, titleOf } from "../data/conversation-text.ts";
import { dayName } from "../data/message-time.ts";
import { noteAtEnd } from "../live/conversations-in-view.ts";
import { MessageRow } from "./message/message-row.tsx";
import { ownState } from "./message/own-message-status.ts";
import type { RowDeeds } from "./message/row-actions.ts";
import { SaidAloud } from "./message-announcer.tsx";
import { isAtTop, lastSeenSeq, topDay } from "./message-list-position.ts";
import { DayLine, NewLine, ToBottom } from "./message-list-separators.tsx";
import { countNewer, localDay, newestSeq, threadRows } from "./thread-rows.ts";
import { useMessageFocus } from "./use-message-focus.ts";

/** So near the end counts as being there: new messages then move the list. */
const AT_END_PX = 48;
/** So near the beginning, older messages are asked for. */
const OLDER_WITHIN_PX = 900;
const ESTIMATED_ROW_PX = 56;
/** What stands above the first message: the beginning, or a turning circle. Its class says the same. */
const TOP_PX = 56;
/** Some of what was read already stays in sight above the "new" line. */
const ABOVE_NEW_PX = 96;
const FLASH_MS = 1_600;
const DAY_SHOWN_MS = 1_200;

export interface TimelineProps {
  conversation: Conversation;
  meId: string;
  list: MessageList;
  /** False while only one's own unsent words are here: then nobody knows where it begins. */
  isLoaded: boolean;
  /** False while nothing more can be said to somebody who has not accepted. */
  canReply: boolean;
  deeds: RowDeeds;
  /** Where to go: a found or quoted message. A new object goes there again. */
  target: { seq: number } | null;
  onRead: (seq: number) => void;
  /** Escape in the list goes here. */
  onLeave: () => void;
}

/** The messages of a conversation: only what is in sight is drawn, and nothing moves under the reader. */
export function Timeline({
  conversation,
  meId,
  list,
  isLoaded,
  canReply,
  deeds,
  target,
  onRead,
  onLeave,
}: TimelineProps) {
  const t = useChatT();
  const locale = useLocale();
  const { messages, hasOlder, isLoadingOlder, olderError, loadOlder } = list;
  const scroller = useRef<HTMLDivElement>(null);
  // Up to where it was read when it was opened; null draws no "new" line. By what is here: the number may come later.
  const [lineSeq, setLineSeq] = useState(() =>
    countNewer(messages, conversation.readSeq, meId) > 0 ? conversation.readSeq : null,
  );
  const rows = useMemo(() => threadRows(messages, meId, lineSeq), [messages, meId, lineSeq]);
  const people = useMemo(() => peopleIn(conversation, messages), [conversation, messages]);
  const [isAtEnd, setAtEnd] = useState(true);
  // The newest place that was in sight: what others said behind it is news below.
  const [seenSeq, setSeenSeq] = useState(() => lineSeq ?? newestSeq(messages));
  const [day, setDay] = useState<string | null>(null);
  const [isDayShown, setDayShown] = useState(false);
  const [flashed, setFlashed] = useState<number | null>(null);
  const focus = useMessageFocus(rows, scroller, onLeave);
  const { activeIndex, keptIndex } = focus;

  const newest = newestSeq(messages);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATED_ROW_PX,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 8,
    scrollMargin: TOP_PX,
    scrollPaddingStart: ABOVE_NEW_PX,
    // Older rows grow in above and changed heights above are made up for; at the end, the end is kept.
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(count - 1, endIndex + overscan);
      const drawn = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
      if (keptIndex === null || (keptIndex >= first && keptIndex <= last)) return drawn;
      return keptIndex < first ? [keptIndex, ...drawn] : [...drawn, keptIndex];
    },
  });

  const look = () => {
    const element = scroller.current;
    if (!element) return;
    const isNowAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PX;
    if (isNowAtEnd !== isAtEnd) setAtEnd(isNowAtEnd);
    const seen = isNowAtEnd ? newest : lastSeenSeq(virtualizer, rows);
    if (seen > seenSeq) setSeenSeq(seen);
    const top = topDay(virtualizer, rows);
    if (top === null || day === null || localDay(top) !== localDay(day)) setDay(top);
    if (element.scrollTop < OLDER_WITHIN_PX && hasOlder && !isLoadingOlder && !olderError) loadOlder();
    if (seen > 0 && document.visibilityState === "visible" && document.hasFocus()) onRead(seen);
  };

  // The day of what scrolls by stays a moment, then gives the words back.
  const { isScrolling } = virtualizer;
  useEffect(() => {
    if (isScrolling) {
      setDayShown(true);
      return;
    }
    const timer = setTimeout(() => setDayShown(false), DAY_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isScrolling]);

  // Opens where reading goes on: at the "new" line, else at the end.
  const open = useEffectEvent(() => {
    const at = rows.findIndex((row) => row.kind === "new");
    if (target) return;
    // By its row and not by its offset: heights are guessed until they are drawn, and a row is found again.
    if (at >= 0) virtualizer.scrollToIndex(at, { align: "start" });
    else virtualizer.scrollToEnd();
  });
  useLayoutEffect(() => open(), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is there now is looked at with each new row
  useEffect(() => {
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [rows, hasOlder, isLoadingOlder]);

  // One's own new message is always shown, wherever one was reading.
  const lastOwnKey = messages.findLast((message) => message.local)?.key ?? null;
  const followed = useRef(new Set(messages.map((message) => message.key)));
  const follow = useEffectEvent(() => {
    setLineSeq(null);
    virtualizer.scrollToEnd();
  });
  useEffect(() => {
    if (lastOwnKey === null || followed.current.has(lastOwnKey)) return;
    followed.current.add(lastOwnKey);
    follow();
  }, [lastOwnKey]);

  // The keyboard opens, the composer grows: who was at the end stays there.
  const wasAtEnd = useRef(isAtEnd);
  useEffect(() => {
    wasAtEnd.current = isAtEnd;
  }, [isAtEnd]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      // It also tells the height it begins with: nothing has changed then, and one may have opened far from the end.
      if (element.clientHeight === height) return;
      height = element.clientHeight;
      if (wasAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { id } = conversation;
  useEffect(() => {
    noteAtEnd(id, isAtEnd);
    return () => noteAtEnd(id, false);
  }, [id, isAtEnd]);

  // Coming back to the window reads what is shown; what came meanwhile stands behind a new line.
  const returned = useEffectEvent(() => {
    if (document.visibilityState === "hidden") setLineSeq(newest);
    else look();
  });
  useEffect(() => {
    const onChange = () => returned();
    window.addEventListener("focus", onChange);
    document.addEventListener("visibilitychange", onChange);
    return () => {
      window.removeEventListener("focus", onChange);
      document.removeEventListener("visibilitychange", onChange);
    };
  }, []);

  // A found or quoted message is brought here, shown in the middle, and marked for a moment.
  const go = useEffectEvent((seq: number) => {
    const at = rows.findIndex((row) => "message" in row && row.message.seq === seq);
    const row = rows[at];
    if (!row) return;
    virtualizer.scrollToIndex(at, { align: "center" });
    focus.focusOn(row);
    setFlashed(seq);
  });
  useEffect(() => {
    if (!target) return;
    go(target.seq);
    const timer = setTimeout(() => setFlashed(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [target]);

  const items = virtualizer.getVirtualItems();
  const partner = partnerOf(conversation, meId);
  const isGroup = conversation.kind === "group";
  const newestOwn = messages.findLast((message) => message.senderId === meId && message.kind === "text");
  const below = isAtEnd ? 0 : countNewer(messages, seenSeq, meId);
  const name = titleOf(conversation, meId, t);

  return (
    <section
      role="log"
      aria-label={t.messages(name)}
      aria-live="polite"
      aria-relevant="additions"
      className="relative min-h-0 flex-1"
    >
      <SaidAloud messages={messages} meId={meId} people={people} />
      {day && isDayShown && !isAtTop(virtualizer) ? (
        <p
          aria-hidden
          className="pointer-events-none absolute inset-x-0 top-2 z-10 flex animate-appear justify-center"
        >
          <span className="rounded-full border border-line bg-surface px-3 py-0.5 text-sm font-medium text-muted shadow-lift">
            {dayName(day, locale, Date.now(), t)}
          </span>
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move among the messages inside */}
      <div
        ref={scroller}
        onScroll={look}
        onKeyDown={(event) =>
          focus.onKeyDown(event, (index) => virtualizer.scrollToIndex(index, { align: "auto" }))
        }
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
        onClick={focus.onClick}
        // What scrolls into sight is not news; what is, is said above.
        aria-live="off"
        data-testid="timeline"
        className="flex h-full flex-col overflow-x-hidden overflow-y-auto overscroll-contain pb-[calc(var(--strip,0px)+0.5rem)] [overflow-anchor:none]"
      >
        <div className="mt-auto flex h-14 shrink-0 items-center justify-center px-4 text-sm text-muted">
          {isLoadingOlder ? (
            <Spinner label={t.loadingOlder} />
          ) : olderError ? (
            <span role="alert" className="flex items-center gap-3">
              {t.olderFailed}
              <Button size="sm" variant="secondary" onClick={loadOlder}>
                {t.retrySend}
              </Button>
            </span>
          ) : hasOlder || !isLoaded ? null : (
            <p className="truncate">{isGroup ? t.startGroup : t.startDirect(name)}</p>
          )}
        </div>
        <div className="relative w-full shrink-0" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                data-key={row.key}
                data-active={item.index === activeIndex}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${item.start - TOP_PX}px)` }}
              >
                {row.kind === "day" ? (
                  <DayLine>{dayName(row.iso, locale, Date.now(), t)}</DayLine>
                ) : row.kind === "new" ? (
                  <NewLine />
                ) : row.kind === "notice" ? (
                  <p className="px-6 py-2 text-center text-sm text-pretty text-muted">
                    {row.message.notice
                      ? noticeText(row.message.notice, row.message.senderId, people, meId, t)
                      : null}
                  </p>
                ) : (
                  <MessageRow
                    message={row.message}
                    isFirst={row.isFirst}
                    isLast={row.isLast}
                    meId={meId}
                    author={row.message.senderId ? (people.get(row.message.senderId) ?? null) : null}
                    isGroup={isGroup}
                    canSend={conversation.viewer.canSend && conversation.viewer.state === "accepted"}
                    canReply={canReply}
                    {...ownState(row.message, conversation, meId, partner, locale, t)}
                    isNewestOwn={row.message.key === newestOwn?.key}
                    quoted={row.message.replyTo === null ? null : list.messageAt(row.message.replyTo)}
                    isActive={item.index === activeIndex}
                    areButtonsReached={focus.hasFocus && item.index === activeIndex}
                    isChosen={row.key === focus.chosenKey}
                    isFlashed={flashed !== null && row.message.seq === flashed}
                    deeds={deeds}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {isAtEnd ? null : <ToBottom count={below} onPress={() => virtualizer.scrollToEnd()} />}
    </section>
  );
}
