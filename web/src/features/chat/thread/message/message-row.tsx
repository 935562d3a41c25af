import { type KeyboardEvent, memo, useRef } from "react";
import { useLocale } from "../../../../i18n/index.ts";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import type { Message, Person } from "../../../../realtime/views.ts";
import { Avatar } from "../../../../ui/avatar.tsx";
import { authorTone } from "../../../../ui/avatar-colour.ts";
import { cx } from "../../../../ui/cx.ts";
import { exactTime } from "../../../../ui/time/relative-time.ts";
import type { ShownMessage } from "../../data/chat.types.ts";
import { clockTime } from "../../text/message-time.ts";
import { actionsOf } from "./message-actions.ts";
import { MessageBubble } from "./message-bubble.tsx";
import { Reactions } from "./message-reactions.tsx";
import { type MessageState, MessageStatus } from "./message-status.tsx";
import { MessageToolbar } from "./message-toolbar.tsx";
import type { RowHandlers } from "./row-handlers.ts";
import { useLongPress } from "./use-long-press.ts";

export interface MessageRowProps {
  message: ShownMessage;
  isFirst: boolean;
  isLast: boolean;
  meId: string;
  /** Null when the sender is unknown. */
  author: Person | null;
  isGroup: boolean;
  canSend: boolean;
  canReply: boolean;
  /** Null for messages of other senders. */
  state: MessageState | null;
  /** Replaces the default text of the state. */
  stateText?: string | undefined;
  isNewestOwn: boolean;
  /** When it was sent, delivered and read. Shown while the row is active. */
  details: string | null;
  /** Why the server refused it; null when it did not. */
  failedWhy: string | null;
  canRetry: boolean;
  quoted: Message | null;
  /** True for the one row that Tab reaches (roving tabindex). */
  isActive: boolean;
  areButtonsReached: boolean;
  /** True after the row was focused by keyboard or pressed: it then shows its times. */
  isChosen: boolean;
  isHighlighted: boolean;
  handlers: RowHandlers;
}

/** One message: bubble, quoted message, reactions, status and actions. */
export const MessageRow = memo(function MessageRow({
  message,
  isFirst,
  isLast,
  meId,
  author,
  isGroup,
  canSend,
  canReply,
  state,
  stateText,
  isNewestOwn,
  details,
  failedWhy,
  canRetry,
  quoted,
  isActive,
  areButtonsReached,
  isChosen,
  isHighlighted,
  handlers,
}: MessageRowProps) {
  const t = useChatT();
  const locale = useLocale();
  const row = useRef<HTMLDivElement>(null);
  const isOwn = message.senderId === meId;
  const actions = actionsOf(message, { isOwn, canSend, canReply, isGroup });
  const pressing = useLongPress(() => actions.length > 0 && handlers.openSheet(message));
  const tabIndex = areButtonsReached ? 0 : -1;
  const isSettled = state === null || state === "sent" || state === "delivered" || state === "read";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key !== "Enter" && event.key !== "ContextMenu") return;
    event.preventDefault();
    row.current?.querySelector<HTMLElement>("[aria-haspopup=menu]")?.click();
  };
  return (
    <div
      className={cx(
        "group/row flex gap-2 px-3 sm:px-4",
        isFirst ? "pt-3" : "pt-0.5",
        isOwn && "flex-row-reverse",
      )}
    >
      {isGroup && !isOwn ? (
        <span className="w-8 shrink-0 self-start pt-5">
          {isFirst && author ? <Avatar person={author} size="sm" /> : null}
        </span>
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a focusable message; its buttons are inside, Enter opens the menu */}
      <div
        ref={row}
        tabIndex={isActive ? 0 : -1}
        data-message={message.local ? "local" : message.seq}
        onKeyDown={onKeyDown}
        {...pressing}
        className={cx(
          "relative flex max-w-[82%] pointer-fine:max-w-[min(34rem,calc(100%-8.5rem))] min-w-0 flex-col rounded-sheet outline-offset-1",
          isOwn ? "items-end" : "items-start",
        )}
      >
        {isGroup && !isOwn && isFirst ? (
          <span
            className={cx(
              "mb-0.5 max-w-full truncate px-1 text-sm font-semibold",
              author ? authorTone(author.id) : "text-muted",
            )}
          >
            {author?.name ?? t.goneAuthor}
          </span>
        ) : (
          <span className="sr-only">{isOwn ? t.notices.youFirst : (author?.name ?? "")}</span>
        )}
        <MessageBubble
          message={message}
          isOwn={isOwn}
          isLast={isLast}
          isFailed={state === "failed"}
          isHighlighted={isHighlighted}
          quoted={quoted}
          tabIndex={tabIndex}
          handlers={handlers}
        >
          {actions.length > 0 ? (
            <MessageToolbar
              message={message}
              actions={actions}
              isOwn={isOwn}
              tabIndex={tabIndex}
              handlers={handlers}
            />
          ) : null}
        </MessageBubble>
        <Reactions
          reactions={message.reactions}
          meId={meId}
          nameOf={handlers.nameOf}
          isDisabled={!canSend}
          tabIndex={tabIndex}
          onReact={(emoji, isOn) => handlers.react(message, emoji, isOn)}
        />
        {isLast || !isSettled || isNewestOwn || isChosen || message.editedAt ? (
          <p
            className={cx(
              "mt-0.5 flex flex-wrap items-center gap-x-1.5 px-1 text-xs text-muted tabular-nums",
              isOwn && "justify-end",
            )}
          >
            <time dateTime={message.createdAt} title={exactTime(message.createdAt, locale)}>
              {clockTime(message.createdAt, locale)}
            </time>
            {message.editedAt && !message.isDeleted ? (
              <span title={t.editedAt(exactTime(message.editedAt, locale))}>{t.edited}</span>
            ) : null}
            {state && !message.isDeleted ? (
              <MessageStatus
                state={state}
                text={stateText}
                // The text of a waiting message is for screen readers only; the connection strip shows it
                // once for all.
                isTextShown={state !== "waiting" && (isNewestOwn || !isSettled)}
              />
            ) : null}
            {isChosen && details && !message.isDeleted ? (
              <span className="basis-full text-right">{details}</span>
            ) : null}
          </p>
        ) : null}
        {failedWhy === null ? null : (
          <Failed
            message={message}
            why={failedWhy}
            canRetry={canRetry}
            tabIndex={tabIndex}
            handlers={handlers}
          />
        )}
      </div>
    </div>
  );
});

function Failed({
  message,
  why,
  canRetry,
  tabIndex,
  handlers,
}: {
  message: ShownMessage;
  why: string;
  canRetry: boolean;
  tabIndex: number;
  handlers: RowHandlers;
}) {
  const t = useChatT();
  return (
    <div
      role="alert"
      className="mt-0.5 flex flex-wrap items-center justify-end gap-x-2 px-1 text-sm text-bad"
    >
      <span>{why}</span>
      <span className="flex gap-1">
        {canRetry ? (
          <button
            type="button"
            tabIndex={tabIndex}
            onClick={(event) => {
              // Retrying removes this button, so the focus moves to the message.
              event.currentTarget.closest<HTMLElement>("[data-message]")?.focus({ preventScroll: true });
              handlers.retry(message);
            }}
            className="touch px-1.5 font-semibold underline underline-offset-4"
          >
            {t.retrySend}
          </button>
        ) : null}
        <button
          type="button"
          tabIndex={tabIndex}
          onClick={() => handlers.discard(message)}
          className="touch px-1.5 font-semibold text-muted underline underline-offset-4 hover:text-ink"
        >
          {t.discard}
        </button>
      </span>
    </div>
  );
}
