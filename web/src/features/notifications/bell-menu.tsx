import { type KeyboardEvent, lazy, type ReactNode, Suspense, useId, useRef, useState } from "react";
import { useT } from "../../i18n/index.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";

// A chunk of its own, loaded when the panel is first opened.
const LatestNotifications = lazy(() => import("./latest-notifications.tsx"));

const GAP_PX = 8;

/**
 * The bell of the navigation rail and its panel with the latest notifications, based on the popover API. The
 * panel gets the focus when it opens; up and down move between its links and buttons; Escape closes it and
 * returns the focus to the bell.
 */
export function BellMenu({ className, children }: { className: string; children: ReactNode }) {
  const t = useT();
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => panel.current?.hidePopover();

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...(panel.current?.querySelectorAll<HTMLElement>("a, button") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = rows[(at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length];
    event.preventDefault();
    next?.focus();
  };
  const positionBeside = () => {
    const anchor = button.current?.getBoundingClientRect();
    if (!anchor || !panel.current) return;
    panel.current.style.left = `${anchor.right + GAP_PX}px`;
    panel.current.style.top = `${Math.max(GAP_PX, anchor.top - GAP_PX)}px`;
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        title={t.notifications.bell}
        className={className}
      >
        {children}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={t.notifications.title}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onBeforeToggle={(event) => {
          if (event.newState !== "open") return;
          positionBeside();
          // The popover focuses an element with this attribute as it opens; `toggle` comes in a later task. React
          // does not render the attribute.
          panel.current?.setAttribute("autofocus", "");
        }}
        // The content is removed after the popover has closed: closing returns the focus only if it is still inside.
        onToggle={(event) => setOpen(event.newState === "open")}
        className="fixed m-0 w-96 max-w-[calc(100vw-6rem)] animate-appear rounded-sheet border border-line bg-surface p-0 shadow-lift outline-none"
      >
        {isOpen ? (
          <Suspense fallback={<SkeletonRows count={4} lines={1} />}>
            <LatestNotifications onClose={close} />
          </Suspense>
        ) : null}
      </div>
    </>
  );
}
