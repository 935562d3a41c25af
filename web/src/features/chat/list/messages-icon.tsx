import { MessageCircle } from "lucide-react";
import { useT } from "../../../i18n/index.ts";
import { Badge } from "../../../ui/badge.tsx";
import { compactNumber } from "../../../ui/count.tsx";
import { cx } from "../../../ui/cx.ts";
import { useChatTotals } from "../data/unread-totals.ts";

/**
 * The Messages icon with its live unread count. Message requests have a badge of their own: a dot when there
 * is an unread count, otherwise their number.
 */
export function MessagesIcon() {
  const t = useT();
  const { unread, requests } = useChatTotals();
  return (
    <span className="relative inline-flex">
      <MessageCircle size={22} strokeWidth={1.75} aria-hidden />
      <Badge count={unread} label={t.shell.messagesUnread(unread)} testId="unread-messages" />
      {requests > 0 ? (
        <span
          data-testid="waiting-requests"
          title={t.shell.messagesRequests(requests)}
          className={cx(
            "absolute rounded-full bg-accent",
            unread > 0
              ? "-right-1 -bottom-0.5 size-2.5 ring-2 ring-ground"
              : "-top-1.5 left-2.5 inline-flex h-4.5 min-w-4.5 items-center justify-center px-1 text-xs leading-none font-bold text-on-accent tabular-nums",
          )}
        >
          <span className="sr-only">{t.shell.messagesRequests(requests)}</span>
          {unread > 0 ? null : <span aria-hidden>{compactNumber(requests, "en")}</span>}
        </span>
      ) : null}
    </span>
  );
}
