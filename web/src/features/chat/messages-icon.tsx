import { MessageCircle } from "lucide-react";
import { useT } from "../../i18n/index.ts";
import { Badge } from "../../ui/badge.tsx";
import { compactNumber } from "../../ui/count.tsx";
import { useChatTotals } from "./totals.ts";

/** The way to Messages with its live number, and below it, in the colour of what waits for an answer, the requests. */
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
          className="absolute -bottom-1 left-3 inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-[0.6875rem] leading-none font-bold text-on-accent tabular-nums ring-2 ring-ground"
        >
          <span className="sr-only">{t.shell.messagesRequests(requests)}</span>
          <span aria-hidden>{compactNumber(requests, "en")}</span>
        </span>
      ) : null}
    </span>
  );
}
