import { MessageCircle } from "lucide-react";
import { useT } from "../../i18n/index.ts";
import { Badge } from "../../ui/badge.tsx";
import { useChatTotals } from "./totals.ts";

/** The way to Messages with its live number; a dot when only requests wait. */
export function MessagesIcon() {
  const t = useT();
  const { unread, requests } = useChatTotals();
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
