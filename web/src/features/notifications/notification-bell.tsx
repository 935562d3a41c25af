import { Bell } from "lucide-react";
import { useT } from "../../i18n/index.ts";
import { Badge } from "../../ui/badge.tsx";
import { useUnread } from "./notifications.queries.ts";

/** The bell icon with the unread count. */
export function NotificationBell() {
  const t = useT();
  const unread = useUnread();
  return (
    <span className="relative inline-flex">
      <Bell size={22} strokeWidth={1.75} aria-hidden />
      <Badge count={unread} label={t.notifications.bellUnread(unread)} testId="unread" />
    </span>
  );
}
