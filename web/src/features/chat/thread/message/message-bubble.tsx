import { Ban, EyeOff } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale } from "../../../../i18n/index.ts";
import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import type { Message } from "../../../../realtime/views.ts";
import { cx } from "../../../../ui/cx.ts";
import { exactTime } from "../../../../ui/time/relative-time.ts";
import { RichText } from "../../../text/rich-text.tsx";
import { isOnlyEmoji } from "../../composer/only-emoji.ts";
import type { ShownMessage } from "../../data/chat.types.ts";
import type { RowHandlers } from "./row-handlers.ts";

/** The text of a message, below the quoted message that it replies to. */
export function MessageBubble({
  message,
  isOwn,
  isLast,
  isFailed,
  isHighlighted,
  quoted,
  tabIndex,
  handlers,
  children,
}: {
  message: ShownMessage;
  isOwn: boolean;
  isLast: boolean;
  isFailed: boolean;
  isHighlighted: boolean;
  quoted: Message | null;
  tabIndex: number;
  handlers: RowHandlers;
  /** The toolbar beside the bubble. */
  children: ReactNode;
}) {
  const t = useChatT();
  const locale = useLocale();
  const isBig =
    !message.isDeleted && !message.isHidden && message.replyTo === null && isOnlyEmoji(message.body);
  return (
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
              (message.isDeleted || message.isHidden) && "border border-dashed border-line bg-transparent",
              isFailed && "outline-1 outline-bad outline-dashed",
            ),
        isHighlighted && "animate-flash",
      )}
    >
      {message.replyTo !== null && !message.isDeleted && !message.isHidden ? (
        <Quote
          quoted={quoted}
          name={quoted ? handlers.nameOf(quoted.senderId) : null}
          tabIndex={tabIndex}
          onJump={() => message.replyTo !== null && handlers.jumpTo(message.replyTo)}
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
      {children}
    </div>
  );
}

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
