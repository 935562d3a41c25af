import { MessageCircle } from "lucide-react";
import { useEffect } from "react";
import { setTitleCount } from "../../app/title.ts";
import { useT } from "../../i18n/index.ts";
import { Badge } from "../../ui/badge.tsx";
import { useChatTotals } from "./totals.ts";

/** The way to Messages with its live number; a dot when only requests wait. The tab's title counts them too. */
export function MessagesIcon() {
  const t = useT();
  const { unread, requests } = useChatTotals();
  useEffect(() => {
    setTitleCount("messages", unread);
    return () => setTitleCount("messages", 0);
  }, [unread]);
  return (
    <span className="relative inline-flex">
      <MessageCircle size={22} strokeWidth={1.75} aria-hidden />
      <Badge count={unread} label={t.shell.messagesUnread(unread)} testId="unread-messages" />
      {unread === 0 && requests > 0 ? (
        <span
          data-testid="waiting-requests"
          className="absolute -top-0.5 -right-0.5 size-2.5 rounded-full bg-live ring-2 ring-ground"
        >
          <span className="sr-only">{t.shell.messagesRequests(requests)}</span>
        </span>
      ) : null}
    </span>
  );
}
