import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import { cx } from "../../../ui/cx.ts";
import { positionPanel } from "../../../ui/position-panel.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { QUICK_REACTIONS } from "./quick-reactions.ts";

// Loaded when it is first opened.
const EmojiPicker = lazy(() => import("./emoji-picker.tsx"));

/**
 * A button with an emoji popover: quick reactions, or the whole grid. Picking closes it and returns the focus
 * to the button.
 */
export function EmojiButton({
  label,
  icon,
  isQuick = false,
  align,
  tabIndex,
  className,
  onPick,
}: {
  label: string;
  icon: ReactNode;
  /** Shows the quick reactions first. */
  isQuick?: boolean;
  align: "start" | "end";
  tabIndex?: number;
  className?: string;
  onPick: (emoji: string) => void;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const updatePosition = () => {
    if (panel.current && button.current) positionPanel(panel.current, button.current, align);
  };
  const pick = (emoji: string) => {
    panel.current?.hidePopover();
    button.current?.focus();
    onPick(emoji);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
        {...(tabIndex === undefined ? {} : { tabIndex })}
        className={cx(
          "touch inline-flex shrink-0 items-center justify-center rounded-full text-muted transition-colors duration-120 hover:bg-sunken hover:text-ink",
          className,
        )}
      >
        {icon}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={(event) => event.stopPropagation()}
        onToggle={(event) => {
          const isNowOpen = event.newState === "open";
          setOpen(isNowOpen);
          if (!isNowOpen) return;
          updatePosition();
          panel.current?.focus();
        }}
        className="fixed m-0 w-max max-w-[calc(100vw-1rem)] animate-appear rounded-sheet border border-line bg-surface p-2 shadow-lift outline-none"
      >
        {isOpen ? (
          isQuick ? (
            <QuickReactions onPick={pick} onMore={updatePosition} />
          ) : (
            <WholeGrid onPick={pick} onLoaded={updatePosition} />
          )
        ) : null}
      </div>
    </>
  );
}

/** The lazily loaded grid. `onLoaded` is called when it is rendered, so that its panel can be positioned. */
export function WholeGrid({ onPick, onLoaded }: { onPick: (emoji: string) => void; onLoaded?: () => void }) {
  return (
    <Suspense
      fallback={
        <div className="flex h-76 w-84 max-w-full items-center justify-center text-muted">
          <Spinner />
        </div>
      }
    >
      <NotifyLoaded onLoaded={onLoaded}>
        <EmojiPicker onPick={onPick} />
      </NotifyLoaded>
    </Suspense>
  );
}

function NotifyLoaded({ onLoaded, children }: { onLoaded: (() => void) | undefined; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const loaded = useEffectEvent(() => onLoaded?.());
  useEffect(() => {
    loaded();
    if (matchMedia("(pointer: fine)").matches) box.current?.querySelector("input")?.focus();
  }, []);
  return (
    <div ref={box} className="w-84 max-w-full">
      {children}
    </div>
  );
}

/** The quick reactions, and a button that shows the whole grid. */
export function QuickReactions({ onPick, onMore }: { onPick: (emoji: string) => void; onMore?: () => void }) {
  const t = useChatT();
  const [isWhole, setWhole] = useState(false);
  if (isWhole) return <WholeGrid onPick={onPick} {...(onMore ? { onLoaded: onMore } : {})} />;
  return (
    <div className="flex items-center justify-between gap-0.5">
      {QUICK_REACTIONS.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={t.reactWith(emoji)}
          title={t.reactWith(emoji)}
          onClick={() => onPick(emoji)}
          className="touch inline-flex size-10 items-center justify-center rounded-full text-2xl leading-none hover:bg-sunken"
        >
          <span aria-hidden>{emoji}</span>
        </button>
      ))}
      <button
        type="button"
        onClick={() => setWhole(true)}
        aria-label={t.moreReactions}
        title={t.moreReactions}
        className="touch inline-flex size-10 items-center justify-center rounded-full text-xl text-muted hover:bg-sunken"
      >
        <span aria-hidden>+</span>
      </button>
    </div>
  );
}
