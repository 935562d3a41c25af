import { Bell } from "lucide-react";
import { useEffect } from "react";
import { setTitleCount } from "../../app/title.ts";
import { useT } from "../../i18n/index.ts";
import { compactNumber } from "../../ui/count.tsx";
import { useUnread } from "./notifications.queries.ts";

const BADGE_MAX = 99;

/** The bell with its live number, for wherever a way to the notifications stands; the tab's title carries it too. */
export function NotificationBell() {
  const t = useT();
  const unread = useUnread();
  useEffect(() => {
    setTitleCount(unread);
    return () => setTitleCount(0);
  }, [unread]);
  return (
    <span className="relative inline-flex">
      <Bell size={22} strokeWidth={1.75} aria-hidden />
      {unread > 0 ? (
        <span
          key={unread}
          data-testid="unread"
          className="absolute -top-1.5 left-2.5 inline-flex h-4.5 min-w-4.5 animate-tick items-center justify-center rounded-full bg-live px-1 text-xs leading-none font-bold text-on-live tabular-nums"
        >
          <span className="sr-only">{t.notifications.bellUnread(unread)}</span>
          <span aria-hidden>{unread > BADGE_MAX ? "99+" : compactNumber(unread, "en")}</span>
        </span>
      ) : null}
    </span>
  );
}
