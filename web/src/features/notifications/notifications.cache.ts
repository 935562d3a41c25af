/** The query keys of notifications, and the pure patches of the list and the unread count. */
import { mapItems, type PagedData, prependItem } from "../../api/paged-cache.ts";
import type { NotificationView, UnreadView } from "../../realtime/views.ts";

export const notificationKeys = {
  list: ["notifications", "list"] as const,
  unread: ["notifications", "unread"] as const,
};

export type NotificationPages = PagedData<NotificationView>;
/** Which notifications were read. */
export type ReadMark = { ids: string[] } | { all: true };

/** Adds a notification to the top, unless it is in the list already. */
export function addNotification(data: NotificationPages, item: NotificationView): NotificationPages {
  return prependItem(data, item);
}

/** Marks rows as read; with `isRead` false as unread, to undo a mark that failed. */
export function markRead(data: NotificationPages, mark: ReadMark, isRead = true): NotificationPages {
  const ids = "ids" in mark ? new Set(mark.ids) : null;
  return mapItems<NotificationView, NotificationPages>(data, (item) =>
    item.isRead !== isRead && (ids === null || ids.has(item.id)) ? { ...item, isRead } : item,
  );
}

/** The unread count with the higher version, so that a late response does not undo an event. */
export function newestUnread(current: UnreadView | undefined, received: UnreadView): UnreadView {
  return current && current.version > received.version ? current : received;
}

/**
 * An optimistic change of the unread count. The version is unchanged, so that the server's count replaces it.
 */
export function adjustUnread(current: UnreadView | undefined, by: number): UnreadView | undefined {
  return current && { ...current, unread: Math.max(0, current.unread + by) };
}
