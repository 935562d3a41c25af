import { useInfiniteQuery } from "@tanstack/react-query";
import { BellRing, CheckCheck } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useT } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { flattenPages } from "../posts/page-cache.ts";
import { NotificationRow } from "./notification-row.tsx";
import { markAllRead } from "./notifications.mutations.ts";
import { notificationsQuery, useUnread } from "./notifications.queries.ts";

const SHOWN = 8;
const GAP_PX = 8;

/** The rail's bell: a panel with the latest few, the way to all of them, and one press to have read everything. */
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
  const place = () => {
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
        onToggle={(event) => {
          const isNowOpen = event.newState === "open";
          setOpen(isNowOpen);
          if (!isNowOpen) return;
          place();
          panel.current?.focus();
        }}
        className="fixed m-0 w-96 max-w-[calc(100vw-6rem)] animate-appear rounded-sheet border border-line bg-surface p-0 shadow-lift outline-none"
      >
        {isOpen ? <Latest onClose={close} /> : null}
      </div>
    </>
  );
}

function Latest({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [path] = useLocation();
  const unread = useUnread();
  const query = useInfiniteQuery(notificationsQuery);
  const items = flattenPages(query.data).slice(0, SHOWN);
  return (
    <div className="flex max-h-[80dvh] flex-col">
      <header className="flex min-h-13 items-center justify-between gap-2 border-b border-line pr-2 pl-4">
        <h2 className="font-bold">{t.notifications.title}</h2>
        {unread > 0 ? (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => void markAllRead()}
            icon={<CheckCheck size={16} strokeWidth={1.75} aria-hidden />}
          >
            {t.notifications.markAllRead}
          </Button>
        ) : null}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1">
        {!query.data ? (
          query.isError ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <SkeletonRows count={4} lines={1} />
          )
        ) : items.length === 0 ? (
          <EmptyState
            icon={<BellRing size={26} strokeWidth={1.75} />}
            title={t.notifications.none}
            text={t.notifications.noneText}
          />
        ) : (
          items.map((item) => <NotificationRow key={item.id} item={item} isCompact onOpen={onClose} />)
        )}
      </div>
      <Link
        href="/notifications"
        onClick={onClose}
        aria-current={path === "/notifications" ? "page" : undefined}
        className="flex h-12 shrink-0 items-center justify-center border-t border-line font-semibold text-accent -outline-offset-4 hover:bg-sunken"
      >
        {t.notifications.seeAll}
      </Link>
    </div>
  );
}
