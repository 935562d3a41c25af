import { useEffect } from "react";
import { setTitleCount } from "../../browser/title.ts";
import { useChatTotals } from "../../features/chat/data/unread-totals.ts";
import { useUnread } from "../../features/notifications/notifications.queries.ts";

/** Keeps the unread count before the document's title: notifications and messages. */
export default function UnreadTitle() {
  const count = useUnread() + useChatTotals().unread;
  useEffect(() => setTitleCount(count), [count]);
  return null;
}
