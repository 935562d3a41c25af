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
import { useT } from "../i18n/index.ts";
import { cx } from "./cx.ts";
import { positionPanel } from "./position-panel.ts";
import { toast } from "./toast.tsx";

const CloseMenu = createContext<() => void>(() => {});

/**
 * An icon button that opens a menu, based on the popover API. Opening focuses the first item. Arrow keys,
 * Home, End and first letters move the focus; Escape, Tab and a press outside close the menu; the focus
 * returns to the button.
 */
export function Menu({
  label,
  icon,
  isNamedInside = false,
  tabIndex,
  className,
  content,
  children,
}: {
  /** The name of the button and of the menu, such as "More". */
  label: string;
  /** The content of the button; by default three dots. */
  icon?: ReactNode;
  /**
   * True when `icon` is a text that already names the button. Then `label` is no `aria-label`, which would
   * replace that text.
   */
  isNamedInside?: boolean;
  /** The `tabIndex` of the button, for lists with a roving tab index. */
  tabIndex?: number;
  className?: string;
  /** Set when the items are loaded later (ui/deferred.ts): the menu opens once they are. */
  content?: { isLoaded(): boolean; load(): Promise<void> };
  /** The items; a function is called when the menu opens. */
  children: ReactNode | (() => ReactNode);
}) {
  const t = useT();
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
          "transition-colors duration-120 hover:bg-sunken hover:text-ink",
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
          if (event.newState !== "open" || !panel.current) return;
          if (content && !content.isLoaded()) {
            event.preventDefault();
            content.load().then(
              () => panel.current?.showPopover(),
              () => toast({ text: t.common.errors.network, tone: "bad" }),
            );
            return;
          }
          // The panel can be measured only when it is open: until `toggle` has positioned it, it is clipped.
          // Not hidden, because hidden items cannot be focused.
          panel.current.style.clipPath = "inset(100%)";
          // The items must exist before the popover opens: it focuses the element with `autofocus` at once,
          // while `toggle` comes in a later task, when the next key may have been pressed already. React does
          // not render that attribute.
          flushSync(() => setOpen(true));
          items()[0]?.setAttribute("autofocus", "");
        }}
        onToggle={(event) => {
          // The items are removed after the popover has closed: closing returns the focus only if it is still
          // inside.
          if (event.newState !== "open") return setOpen(false);
          if (!panel.current || !button.current) return;
          positionPanel(panel.current, button.current);
          panel.current.style.clipPath = "";
        }}
        className="fixed m-0 max-h-[80dvh] min-w-48 max-w-[calc(100vw-1rem)] animate-appear overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-lift"
      >
        {open ? (
          <CloseMenu value={close}>{typeof children === "function" ? children() : children}</CloseMenu>
        ) : null}
      </div>
    </>
  );
}

const ITEM =
  "touch flex min-h-10 w-full items-center gap-3 rounded-sm px-3 text-left text-base outline-none " +
  "hover:bg-sunken focus-visible:bg-sunken focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent";

/** One item of a Menu: an action (`onSelect`) or a link (`href`). Choosing it closes the menu first. */
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
