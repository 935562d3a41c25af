/** The viewer's notifications: reading and marking. Making them is the triggers' work. */
import { cutPage, decodeCursor, encodeCursor, timeKey } from "../../db/reads/cursor.ts";
import { selectNotifications, selectUnreadCount } from "../../db/reads/notifications.reads.ts";
import type { NotificationView, UnreadView } from "../../db/views/notification.view.ts";
import { markRead } from "../../db/writes/notifications.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { only, type Page, type PageRequest } from "./page.ts";

export async function readNotificationPage(
  ctx: ServiceContext,
  request: PageRequest,
): Promise<Page<NotificationView>> {
  const list = "notifications";
  const after = request.cursor === undefined ? null : decodeCursor(list, timeKey, request.cursor);
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectNotifications(after, request.limit)]);
  const { rows, nextCursor } = cutPage(results[0], request.limit, (row) =>
    encodeCursor(list, [row.at, row.id]),
  );
  return { items: rows.map((row) => row.view), nextCursor };
}

export async function readUnreadCount(ctx: ServiceContext): Promise<UnreadView> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectUnreadCount()]);
  return only(results[0]).view;
}

/** Ids that are not the viewer's, or read already, change nothing. */
export async function markNotificationsRead(
  ctx: ServiceContext,
  which: { ids: string[] } | { all: true },
): Promise<UnreadView> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    markRead(which),
    selectUnreadCount(),
  ]);
  ctx.deliver(outbox);
  return only(views);
}
