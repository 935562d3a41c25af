import { Bell } from "lucide-react";
import { useEffect } from "react";
import { setTitleCount } from "../../app/title.ts";
import { useT } from "../../i18n/index.ts";
import { Badge } from "../../ui/badge.tsx";
import { useUnread } from "./notifications.queries.ts";

/** The bell with its live number, for wherever a way to the notifications stands; the tab's title carries it too. */
export function NotificationBell() {
  const t = useT();
  const unread = useUnread();
  useEffect(() => {
    setTitleCount("notifications", unread);
    return () => setTitleCount("notifications", 0);
  }, [unread]);
  return (
    <span className="relative inline-flex">
      <Bell size={22} strokeWidth={1.75} aria-hidden />
      <Badge count={unread} label={t.notifications.bellUnread(unread)} testId="unread" />
    </span>
  );
}
