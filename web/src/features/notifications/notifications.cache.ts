/** Where notifications live in the query cache, and the pure patches of the list and of the unread number. */

import { mapItems, type PagedData, prependItem } from "../../api/paged-cache.ts";
import type { NotificationView, UnreadView } from "../../realtime/views.ts";

export const notificationKeys = {
  list: ["notifications", "list"] as const,
  unread: ["notifications", "unread"] as const,
};

export type NotificationPages = PagedData<NotificationView>;
export type ReadMark = { ids: string[] } | { all: true };

/** A new one comes first; one that is there already is not doubled. */
export function addNotification(data: NotificationPages, item: NotificationView): NotificationPages {
  return prependItem(data, item);
}

/** Marks rows as read (or, to take a failed mark back, as unread). */
export function markRead(data: NotificationPages, mark: ReadMark, isRead = true): NotificationPages {
  const ids = "ids" in mark ? new Set(mark.ids) : null;
  return mapItems<NotificationView, NotificationPages>(data, (item) =>
    item.isRead !== isRead && (ids === null || ids.has(item.id)) ? { ...item, isRead } : item,
  );
}

/** The newest number wins: a late answer never undoes an event. */
export function newestUnread(current: UnreadView | undefined, heard: UnreadView): UnreadView {
  return current && current.version > heard.version ? current : heard;
}

/** The number a mark leaves until the server says its own; the version stays, so that the truth replaces it. */
export function adjustUnread(current: UnreadView | undefined, by: number): UnreadView | undefined {
  return current && { ...current, unread: Math.max(0, current.unread + by) };
}
