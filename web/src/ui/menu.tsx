import { Ellipsis } from "lucide-react";
import {
  createContext,
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useId,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { Link } from "wouter";
import { cx } from "./cx.ts";
import { positionPanel } from "./position-panel.ts";

const CloseMenu = createContext<() => void>(() => {});

/**
 * A menu behind an icon button, on the popover API: arrows, Home, End and first letters move, Escape and a press outside
 * close, focus returns to the button.
 */
export function Menu({
  label,
  icon,
  isNamedInside = false,
  tabIndex,
  className,
  children,
}: {
  /** The button's name, e.g. "More". */
  label: string;
  /** The button's content; three dots when absent. */
  icon?: ReactNode;
  /** The content is words that name the button: another name beside them would not be what is seen. */
  isNamedInside?: boolean;
  /** The button's, where a list moves the focus by itself. */
  tabIndex?: number;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const items = () =>
    [...(panel.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])].filter(
      (item) => item.getAttribute("aria-disabled") !== "true",
    );
  const close = () => panel.current?.hidePopover();

  const onKeyDown = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    let next: HTMLElement | undefined;
    if (event.key === "ArrowDown") next = all[(at + 1) % all.length];
    else if (event.key === "ArrowUp") next = all[(at - 1 + all.length) % all.length];
    else if (event.key === "Home") next = all[0];
    else if (event.key === "End") next = all.at(-1);
    else if (event.key === "Tab") return close();
    else if (event.key.length === 1 && /\S/.test(event.key)) {
      const letter = event.key.toLocaleLowerCase();
      next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((item) =>
        item.textContent?.trim().toLocaleLowerCase().startsWith(letter),
      );
    }
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={isNamedInside ? undefined : label}
        title={label}
        {...(tabIndex === undefined ? {} : { tabIndex })}
        className={cx(
          "touch inline-flex size-9 shrink-0 items-center justify-center rounded-full text-muted",
          "transition-colors duration-150 hover:bg-sunken hover:text-ink",
          className,
        )}
      >
        {icon ?? <Ellipsis size={20} strokeWidth={1.75} aria-hidden />}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onBeforeToggle={(event) => {
          // The items must stand before the panel is measured, and nobody should see it in the wrong place.
          if (event.newState !== "open" || !panel.current) return;
          panel.current.style.visibility = "hidden";
          flushSync(() => setOpen(true));
        }}
        onToggle={(event) => {
          // Items go only once the popover has closed: it gives focus back from an item that is still there.
          if (event.newState !== "open") return setOpen(false);
          if (!panel.current || !button.current) return;
          positionPanel(panel.current, button.current);
          panel.current.style.visibility = "";
          items()[0]?.focus();
        }}
        className="fixed m-0 max-h-[80dvh] min-w-48 max-w-[calc(100vw-1rem)] animate-appear overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-lift"
      >
        {open ? <CloseMenu value={close}>{children}</CloseMenu> : null}
      </div>
    </>
  );
}

const ITEM =
  "touch flex min-h-10 w-full items-center gap-3 rounded-sm px-3 text-left text-base outline-none " +
  "hover:bg-sunken focus-visible:bg-sunken focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent";

/** One line of a Menu: an action (`onSelect`) or a way (`href`). */
export function MenuItem({
  icon,
  onSelect,
  href,
  tone = "plain",
  disabled = false,
  children,
}: {
  icon?: ReactNode;
  onSelect?: () => void;
  href?: string;
  tone?: "plain" | "danger";
  disabled?: boolean;
  children: ReactNode;
}) {
  const close = useContext(CloseMenu);
  const look = cx(ITEM, tone === "danger" && "text-bad", disabled && "opacity-50");
  const choose = () => {
    if (disabled) return;
    close();
    onSelect?.();
  };
  if (href) {
    return (
      <Link href={href} role="menuitem" tabIndex={-1} onClick={choose} className={look}>
        {icon}
        {children}
      </Link>
    );
  }
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      onClick={choose}
      className={look}
    >
      {icon}
      {children}
    </button>
  );
}
