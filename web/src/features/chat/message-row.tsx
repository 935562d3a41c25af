import { Ban, CornerUpLeft, EyeOff, SmilePlus } from "lucide-react";
import { type KeyboardEvent, memo, useRef } from "react";
import { useLocale } from "../../i18n/index.ts";
import { useChatT } from "../../i18n/lazy-words.ts";
import type { Message, Person } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { exactTime } from "../../ui/relative-time.ts";
import { RichText } from "../posts/rich-text.tsx";
import type { ShownMessage } from "./chat.types.ts";
import { EmojiButton } from "./emoji-button.tsx";
import { actionsOf, type MessageAction } from "./message-actions.ts";
import { MessageMenu } from "./message-menu.tsx";
import { Reactions } from "./message-reactions.tsx";
import { type MessageState, MessageStatus } from "./message-status.tsx";
import { clockTime } from "./message-time.ts";
import { isOnlyEmoji } from "./only-emoji.ts";
import { useLongPress } from "./use-long-press.ts";

/** What a row can ask its conversation to do. Stable, so that rows do not draw anew. */
export interface RowDeeds {
  act(message: ShownMessage, action: MessageAction): void;
  react(message: ShownMessage, emoji: string, isOn: boolean): void;
  jumpTo(seq: number): void;
  openSheet(message: ShownMessage): void;
  retry(message: ShownMessage): void;
  discard(message: ShownMessage): void;
  nameOf(id: string | null): string;
}

export interface MessageRowProps {
  message: ShownMessage;
  isFirst: boolean;
  isLast: boolean;
  meId: string;
  /** Null in a direct conversation, where one knows who speaks. */
  author: Person | null;
  isGroup: boolean;
  canSend: boolean;
  /** Null for messages of others. */
  state: MessageState | null;
  /** Instead of the state's word. */
  stateText?: string | undefined;
  isNewestOwn: boolean;
  /** Times of delivery and reading, shown when the message is the chosen one. */
  details: string | null;
  quoted: Message | null;
  /** The one that Tab reaches. */
  isActive: boolean;
  /** Was focused or pressed: tells its times. */
  isChosen: boolean;
  isFlashed: boolean;
  deeds: RowDeeds;
}

/** One message: its bubble, what it answers, reactions, how far it got, and what can be done with it. */
export const MessageRow = memo(function MessageRow({
  message,
  isFirst,
  isLast,
  meId,
  author,
  isGroup,
  canSend,
  state,
  stateText,
  isNewestOwn,
  details,
  quoted,
  isActive,
  isChosen,
  isFlashed,
  deeds,
}: MessageRowProps) {
  const t = useChatT();
  const locale = useLocale();
  const row = useRef<HTMLDivElement>(null);
  const isOwn = message.senderId === meId;
  const actions = actionsOf(message, { isOwn, canSend, isGroup });
  const pressing = useLongPress(() => actions.length > 0 && deeds.openSheet(message));
  const tabIndex = isActive ? 0 : -1;
  const isSettled = state === null || state === "sent" || state === "delivered" || state === "read";
  const isBig =
    !message.isDeleted && !message.isHidden && message.replyTo === null && isOnlyEmoji(message.body);
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
        tabIndex={tabIndex}
        data-message={message.local ? "local" : message.seq}
        onKeyDown={onKeyDown}
        {...pressing}
        className={cx(
          "relative flex max-w-[82%] pointer-fine:max-w-[min(34rem,calc(100%-8.5rem))] min-w-0 flex-col rounded-sheet outline-offset-1",
          isOwn ? "items-end" : "items-start",
        )}
      >
        {isGroup && !isOwn && isFirst ? (
          <span className="mb-0.5 max-w-full truncate px-1 text-sm font-semibold text-muted">
            {author?.name ?? t.goneAuthor}
          </span>
        ) : (
          <span className="sr-only">{isOwn ? t.notices.youFirst : (author?.name ?? "")}</span>
        )}
        <div
          title={exactTime(message.createdAt, locale)}
          className={cx(
            "relative max-w-full pointer-coarse:select-none",
            isBig && !message.isDeleted
              ? "text-4xl leading-tight"
              : cx(
                  "rounded-sheet px-3.5 py-2",
                  isOwn ? "bg-accent-soft" : "border border-line bg-surface",
                  isOwn ? (isLast ? "rounded-br-sm" : "") : isLast ? "rounded-bl-sm" : "",
                  (message.isDeleted || message.isHidden) &&
                    "border border-dashed border-line bg-transparent",
                  state === "failed" && "outline-1 outline-bad outline-dashed",
                ),
            isFlashed && "animate-flash",
          )}
        >
          {message.replyTo !== null && !message.isDeleted && !message.isHidden ? (
            <Quote
              quoted={quoted}
              name={quoted ? deeds.nameOf(quoted.senderId) : null}
              tabIndex={tabIndex}
              onJump={() => message.replyTo !== null && deeds.jumpTo(message.replyTo)}
            />
          ) : null}
          {message.isDeleted ? (
            <p className="flex items-center gap-1.5 text-muted italic">
              <Ban size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
              {t.deleted}
            </p>
          ) : message.isHidden ? (
            <p className="flex items-center gap-1.5 text-muted italic">
              <EyeOff size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
              {t.hidden}
            </p>
          ) : (
            <RichText text={message.body} className="[overflow-wrap:anywhere]" />
          )}
        </div>
        <Reactions
          reactions={message.reactions}
          meId={meId}
          nameOf={deeds.nameOf}
          isFixed={!canSend}
          tabIndex={tabIndex}
          onReact={(emoji, isOn) => deeds.react(message, emoji, isOn)}
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
              <MessageStatus state={state} text={stateText} isWordShown={isNewestOwn || !isSettled} />
            ) : null}
            {isChosen && details && !message.isDeleted ? (
              <span className="basis-full text-right">{details}</span>
            ) : null}
          </p>
        ) : null}
        {state === "failed" ? <Failed message={message} tabIndex={tabIndex} deeds={deeds} /> : null}
        {state === "waiting" ? (
          <button
            type="button"
            onClick={() => deeds.discard(message)}
            className="touch px-1 text-sm font-semibold text-muted underline underline-offset-4 hover:text-ink"
          >
            {t.discard}
          </button>
        ) : null}
        {actions.length > 0 ? (
          <div
            className={cx(
              "absolute top-0 z-10 hidden rounded-full border border-line bg-surface shadow-lift pointer-fine:flex",
              "opacity-0 transition-opacity duration-120 group-hover/row:opacity-100 focus-within:opacity-100 has-aria-expanded:opacity-100",
              "has-[[aria-expanded=true]]:opacity-100",
              isOwn ? "right-full mr-1" : "left-full ml-1",
            )}
          >
            {actions.includes("react") ? (
              <EmojiButton
                label={t.react}
                isQuick
                icon={<SmilePlus size={18} strokeWidth={1.75} />}
                align={isOwn ? "end" : "start"}
                tabIndex={tabIndex}
                className="size-8"
                onPick={(emoji) => deeds.react(message, emoji, true)}
              />
            ) : null}
            {actions.includes("reply") ? (
              <IconButton
                label={t.reply}
                tabIndex={tabIndex}
                onClick={() => deeds.act(message, "reply")}
                className="size-8"
              >
                <CornerUpLeft size={18} strokeWidth={1.75} />
              </IconButton>
            ) : null}
            <MessageMenu
              actions={actions}
              tabIndex={tabIndex}
              onAct={(action) => deeds.act(message, action)}
            />
          </div>
        ) : null}
      </div>
    </div>
  );
});

function Quote({
  quoted,
  name,
  tabIndex,
  onJump,
}: {
  quoted: Message | null;
  name: string | null;
  tabIndex: number;
  onJump: () => void;
}) {
  const t = useChatT();
  const text = !quoted ? t.quoteFar : quoted.isDeleted ? t.deleted : quoted.isHidden ? t.hidden : quoted.body;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      onClick={onJump}
      aria-label={name ? `${t.quoteOf(name)}: ${text}` : t.quoteFar}
      className="mb-1.5 block w-full min-w-0 rounded-sm border-l-3 border-accent bg-sunken/60 px-2.5 py-1 text-left text-sm hover:bg-sunken"
    >
      {name ? <span className="block truncate font-semibold text-accent">{name}</span> : null}
      <span className="line-clamp-2 text-muted [overflow-wrap:anywhere]">{text}</span>
    </button>
  );
}

function Failed({ message, tabIndex, deeds }: { message: ShownMessage; tabIndex: number; deeds: RowDeeds }) {
  const t = useChatT();
  return (
    <div
      role="alert"
      className="mt-0.5 flex flex-wrap items-center justify-end gap-x-2 px-1 text-sm text-bad"
    >
      <span>{whyFailed(message.local?.code ?? null, t.failedWhy)}</span>
      <span className="flex gap-1">
        <button
          type="button"
          tabIndex={tabIndex}
          onClick={() => deeds.retry(message)}
          className="touch px-1.5 font-semibold underline underline-offset-4"
        >
          {t.retrySend}
        </button>
        <button
          type="button"
          tabIndex={tabIndex}
          onClick={() => deeds.discard(message)}
          className="touch px-1.5 font-semibold text-muted underline underline-offset-4 hover:text-ink"
        >
          {t.discard}
        </button>
      </span>
    </div>
  );
}

function whyFailed(
  code: string | null,
  words: { blocked: string; full: string; slow: string; other: string },
): string {
  switch (code) {
    case "FORBIDDEN":
    case "NOT_FOUND":
      return words.blocked;
    case "UNAVAILABLE":
      return words.full;
    case "RATE_LIMITED":
      return words.slow;
    default:
      return words.other;
  }
}
