import { useInfiniteQuery } from "@tanstack/react-query";
import { BellRing, CheckCheck } from "lucide-react";
import { NotificationRow } from "../features/notifications/notification-row.tsx";
import { markAllRead } from "../features/notifications/notifications.mutations.ts";
import { notificationsQuery, useUnread } from "../features/notifications/notifications.queries.ts";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { InfiniteList } from "../ui/list/infinite-list.tsx";
import { Page } from "../ui/page.tsx";

/** All notifications, newest first, updated live. */
export default function NotificationsPage() {
  const t = useT();
  const query = useInfiniteQuery(notificationsQuery);
  const unread = useUnread();
  return (
    <Page
      title={t.notifications.title}
      actions={
        unread > 0 ? (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => void markAllRead()}
            icon={<CheckCheck size={18} strokeWidth={1.75} aria-hidden />}
          >
            {t.notifications.markAllRead}
          </Button>
        ) : null
      }
    >
      <InfiniteList
        query={query}
        label={t.notifications.title}
        kind="list"
        end={t.feeds.end}
        empty={
          <EmptyState
            icon={<BellRing size={26} strokeWidth={1.75} />}
            title={t.notifications.none}
            text={t.notifications.noneText}
          />
        }
        row={(item, ref) => <NotificationRow item={item} ref={ref} />}
      />
    </Page>
  );
}
