import { useEffect } from "react";
import { setTitleCount } from "../../browser/title.ts";
import { useChatTotals } from "../../features/chat/data/unread-totals.ts";
import { useUnread } from "../../features/notifications/notifications.queries.ts";

/** The number before the tab's title: everything unread, wherever one is. Mounted once; the icons come and go with pages. */
export default function TitleCount() {
  const count = useUnread() + useChatTotals().unread;
  useEffect(() => setTitleCount(count), [count]);
  return null;
}
