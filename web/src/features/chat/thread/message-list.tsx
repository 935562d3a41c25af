import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocale } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import type { MessageList as Messages } from "../data/chat.types.ts";
import { useChatSession } from "../session/chat-session-context.tsx";
import { peopleIn, titleOf } from "../text/conversation-text.ts";
import { dayName, localDay } from "../text/message-time.ts";
import type { RowHandlers } from "./message/row-handlers.ts";
import { MessageAnnouncer } from "./message-announcer.tsx";
import { isAtTop, lastSeqInView, topDay } from "./message-list-position.ts";
import { MessageListRow, MessageListTop } from "./message-list-rows.tsx";
import { ScrollToEndButton } from "./message-list-separators.tsx";
import { countNewer, newestSeq, threadRows } from "./thread-rows.ts";
import { useMessageFocus } from "./use-message-focus.ts";
import { AT_END_PX, TOP_PX, useMessageVirtualizer } from "./use-message-virtualizer.ts";
import { useKeepAtEnd, useShownWhile } from "./use-scroll-effects.ts";

/** Older messages are loaded when the scroll position is within this distance of the start. */
const OLDER_WITHIN_PX = 900;
const HIGHLIGHT_MS = 1_600;
const DAY_SHOWN_MS = 1_200;

export interface MessageListProps {
  conversation: Conversation;
  meId: string;
  list: Messages;
  /** False while only the outbox's messages are shown: the start of the conversation is then unknown. */
  isLoaded: boolean;
  /** False when the viewer has sent the maximal number of messages to a member who has not accepted. */
  canReply: boolean;
  handlers: RowHandlers;
  /** The message to scroll to. A new object scrolls there again. */
  target: { seq: number } | null;
  onRead: (seq: number) => void;
  /** Called on Escape: moves the focus out of the list. */
  onLeave: () => void;
}

/**
 * The virtualized messages of a conversation. The scroll position is kept when rows are added above or
 * below.
 */
export function MessageList({
  conversation,
  meId,
  list,
  isLoaded,
  canReply,
  handlers,
  target,
  onRead,
  onLeave,
}: MessageListProps) {
  const t = useChatT();
  const locale = useLocale();
  const { inView } = useChatSession();
  const { messages, hasOlder, isLoadingOlder, olderError, loadOlder } = list;
  const scroller = useRef<HTMLDivElement>(null);
  // The read pointer when the list opened; null shows no "new" separator. Depends on the loaded messages,
  // because the conversation's own unread count may arrive later.
  const [separatorSeq, setSeparatorSeq] = useState(() =>
    countNewer(messages, conversation.readSeq, meId) > 0 ? conversation.readSeq : null,
  );
  const rows = useMemo(() => threadRows(messages, meId, separatorSeq), [messages, meId, separatorSeq]);
  const people = useMemo(() => peopleIn(conversation, messages), [conversation, messages]);
  const [isAtEnd, setAtEnd] = useState(true);
  // The highest seq that was in view. The scroll-to-end button counts later messages of other members.
  const [seenSeq, setSeenSeq] = useState(() => separatorSeq ?? newestSeq(messages));
  const [day, setDay] = useState<string | null>(null);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const focus = useMessageFocus(rows, scroller, onLeave);
  const virtualizer = useMessageVirtualizer(rows, scroller, focus.keptIndex);
  const isDayShown = useShownWhile(virtualizer.isScrolling, DAY_SHOWN_MS);
  const newest = newestSeq(messages);

  const updateFromScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const isNowAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PX;
    if (isNowAtEnd !== isAtEnd) setAtEnd(isNowAtEnd);
    const seen = isNowAtEnd ? newest : lastSeqInView(virtualizer, rows);
    if (seen > seenSeq) setSeenSeq(seen);
    const top = topDay(virtualizer, rows);
    if (top === null || day === null || localDay(top) !== localDay(day)) setDay(top);
    if (element.scrollTop < OLDER_WITHIN_PX && hasOlder && !isLoadingOlder && !olderError) loadOlder();
    if (seen > 0 && document.visibilityState === "visible" && document.hasFocus()) onRead(seen);
  };

  // Opens at the "new" separator, or at the end.
  const setInitialPosition = useEffectEvent(() => {
    if (target) return;
    const separator = rows.findIndex((row) => row.kind === "new");
    // Scrolls to an index, because row heights are estimates until the rows are measured; the virtualizer
    // corrects the scroll position for an index but not for an offset.
    if (separator >= 0) virtualizer.scrollToIndex(separator, { align: "start" });
    else virtualizer.scrollToEnd();
  });
  useLayoutEffect(() => setInitialPosition(), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows change what is in view without a scroll event
  useEffect(() => {
    const frame = requestAnimationFrame(updateFromScroll);
    return () => cancelAnimationFrame(frame);
  }, [rows, hasOlder, isLoadingOlder]);

  // Scrolls to each new own message.
  const lastOwnKey = messages.findLast((message) => message.local)?.key ?? null;
  const followed = useRef(new Set(messages.map((message) => message.key)));
  const scrollToOwn = useEffectEvent(() => {
    setSeparatorSeq(null);
    virtualizer.scrollToEnd();
  });
  useEffect(() => {
    if (lastOwnKey === null || followed.current.has(lastOwnKey)) return;
    followed.current.add(lastOwnKey);
    scrollToOwn();
  }, [lastOwnKey]);

  useKeepAtEnd(scroller, isAtEnd);

  const { id } = conversation;
  useEffect(() => {
    inView.setAtEnd(id, isAtEnd);
    return () => inView.setAtEnd(id, false);
  }, [inView, id, isAtEnd]);

  // Messages that arrive while the tab is hidden get a new separator. On return, the messages in view are
  // marked as read.
  const onWindowChange = useEffectEvent(() => {
    if (document.visibilityState === "hidden") setSeparatorSeq(newest);
    else updateFromScroll();
  });
  useEffect(() => {
    const onChange = () => onWindowChange();
    window.addEventListener("focus", onChange);
    document.addEventListener("visibilitychange", onChange);
    return () => {
      window.removeEventListener("focus", onChange);
      document.removeEventListener("visibilitychange", onChange);
    };
  }, []);

  // Centres, focuses and briefly highlights the target message.
  const scrollToTarget = useEffectEvent((seq: number) => {
    const index = rows.findIndex((row) => "message" in row && row.message.seq === seq);
    const row = rows[index];
    if (!row) return;
    virtualizer.scrollToIndex(index, { align: "center" });
    focus.focusOn(row);
    setHighlighted(seq);
  });
  useEffect(() => {
    if (!target) return;
    scrollToTarget(target.seq);
    const timer = setTimeout(() => setHighlighted(null), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [target]);

  const newestOwn = messages.findLast((message) => message.senderId === meId && message.kind === "text");
  const newBelow = isAtEnd ? 0 : countNewer(messages, seenSeq, meId);

  return (
    <section
      role="log"
      aria-label={t.messages(titleOf(conversation, meId, t))}
      aria-live="polite"
      aria-relevant="additions"
      className="relative min-h-0 flex-1"
    >
      <MessageAnnouncer messages={messages} meId={meId} people={people} />
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
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the messages inside */}
      <div
        ref={scroller}
        onScroll={updateFromScroll}
        onKeyDown={(event) =>
          focus.onKeyDown(event, (index) => virtualizer.scrollToIndex(index, { align: "auto" }))
        }
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
        onClick={focus.onClick}
        // Rows that scroll into view are not announced; MessageAnnouncer announces new messages.
        aria-live="off"
        data-testid="message-list"
        className="flex h-full flex-col overflow-x-hidden overflow-y-auto overscroll-contain pb-[calc(var(--strip,0px)+0.5rem)] [overflow-anchor:none]"
      >
        <MessageListTop conversation={conversation} meId={meId} list={list} isLoaded={isLoaded} />
        <div className="relative w-full shrink-0" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const isActive = item.index === focus.activeIndex;
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                data-key={row.key}
                data-active={isActive}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${item.start - TOP_PX}px)` }}
              >
                <MessageListRow
                  row={row}
                  conversation={conversation}
                  meId={meId}
                  people={people}
                  canReply={canReply}
                  messageAt={list.messageAt}
                  newestOwnKey={newestOwn?.key ?? null}
                  isActive={isActive}
                  areButtonsReached={focus.hasFocus && isActive}
                  isChosen={row.key === focus.chosenKey}
                  highlightedSeq={highlighted}
                  handlers={handlers}
                />
              </div>
            );
          })}
        </div>
      </div>
      {isAtEnd ? null : <ScrollToEndButton count={newBelow} onPress={() => virtualizer.scrollToEnd()} />}
    </section>
  );
}
