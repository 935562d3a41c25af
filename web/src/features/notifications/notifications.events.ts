/** What one's own room says about notifications, patched into the cache. The event is the notification: no refetch. */
import type { QueryClient } from "@tanstack/react-query";
import type { NotificationView, UnreadView } from "../../realtime/views.ts";
import {
  addNotification,
  markRead,
  type NotificationPages,
  newestUnread,
  notificationKeys,
  type ReadMark,
} from "./notifications.cache.ts";

/** A new notification comes first in the list; the number follows by its own event. */
export function applyNotificationCreated(client: QueryClient, item: NotificationView): void {
  client.setQueryData<NotificationPages>(
    notificationKeys.list,
    (data) => data && addNotification(data, item),
  );
}

/** The unread number moved, here or on another tab; rows that were read elsewhere lose their dot here too. */
export function applyUnreadChanged(client: QueryClient, event: UnreadView & { read: ReadMark | null }): void {
  const { read, unread, version } = event;
  const before = client.getQueryData<UnreadView>(notificationKeys.unread);
  client.setQueryData<UnreadView>(notificationKeys.unread, newestUnread(before, { unread, version }));
  if (read)
    client.setQueryData<NotificationPages>(notificationKeys.list, (data) => data && markRead(data, read));
}
