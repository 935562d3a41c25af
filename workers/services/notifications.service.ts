/** The viewer's notifications: list, unread count, marking as read. Triggers in Postgres create them. */
import { timeKey } from "../../db/reads/cursor.ts";
import { selectNotifications, selectUnreadCount } from "../../db/reads/notifications.reads.ts";
import type { NotificationView, UnreadView } from "../../db/views/notification.view.ts";
import { markRead } from "../../db/writes/notifications.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import type { ReadMark } from "./notifications.rules.ts";
import { only, type Page, type PageRequest, pagedList } from "./pages.rules.ts";

export async function listNotifications(
  ctx: ServiceContext,
  { cursor, limit }: PageRequest,
): Promise<Page<NotificationView>> {
  const list = pagedList("notifications", timeKey);
  const { results } = await ctx.db.asViewer(requireToken(ctx), [
    selectNotifications(list.after(cursor), limit),
  ]);
  return list.page(results[0], limit, (row) => [row.at, row.id]);
}

export async function readUnreadCount(ctx: ServiceContext): Promise<UnreadView> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectUnreadCount()]);
  return only(results[0]).view;
}

/** Ids that are not the viewer's, or already read, change nothing. */
export async function markNotificationsRead(ctx: ServiceContext, mark: ReadMark): Promise<UnreadView> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    markRead(mark),
    selectUnreadCount(),
  ]);
  ctx.deliver(outbox);
  return only(views);
}
