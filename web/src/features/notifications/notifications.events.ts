/**
 * Events about notifications, applied to the query cache. The event carries the notification, so nothing is
 * loaded again.
 */
import type { QueryClient } from "@tanstack/react-query";
import { patchQueries } from "../../api/patch-queries.ts";
import type { NotificationView, UnreadView } from "../../realtime/views.ts";
import {
  addNotification,
  markRead,
  type NotificationPages,
  newestUnread,
  notificationKeys,
  type ReadMark,
} from "./notifications.cache.ts";

/** Adds a notification to the top of the list. The unread count arrives by its own event. */
export function applyNotificationCreated(client: QueryClient, item: NotificationView): void {
  patchQueries<NotificationPages>(client, { queryKey: notificationKeys.list }, (data) =>
    addNotification(data, item),
  );
}

/** Sets the unread count, and marks the rows that were read in this or another tab. */
export function applyUnreadChanged(client: QueryClient, event: UnreadView & { read: ReadMark | null }): void {
  const { read, unread, version } = event;
  const before = client.getQueryData<UnreadView>(notificationKeys.unread);
  client.setQueryData<UnreadView>(notificationKeys.unread, newestUnread(before, { unread, version }));
  if (read) {
    patchQueries<NotificationPages>(client, { queryKey: notificationKeys.list }, (data) =>
      markRead(data, read),
    );
  }
}
