import { useInfiniteQuery } from "@tanstack/react-query";
import { BellRing, CheckCheck } from "lucide-react";
import { Link } from "wouter";
import { flattenPages } from "../../api/paged-cache.ts";
import { useT } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { NotificationRow } from "./notification-row.tsx";
import { markAllRead } from "./notifications.mutations.ts";
import { notificationsQuery, useUnread } from "./notifications.queries.ts";

const SHOWN_MAX = 8;

/**
 * The content of the bell's panel: the latest notifications, "Mark all read", and the link to the page with
 * all of them.
 */
export default function LatestNotifications({ onClose }: { onClose: () => void }) {
  const t = useT();
  const unread = useUnread();
  const query = useInfiniteQuery(notificationsQuery);
  const items = flattenPages(query.data).slice(0, SHOWN_MAX);
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
        className="flex h-12 shrink-0 items-center justify-center border-t border-line font-semibold text-accent -outline-offset-4 hover:bg-sunken"
      >
        {t.notifications.seeAll}
      </Link>
    </div>
  );
}
