/** The viewer's notifications. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { NotificationView, UnreadView } from "../views/notification.view.ts";
import type { TimeKey } from "./cursor.ts";

export interface NotificationRow {
  view: NotificationView;
  at: string;
  id: string;
}

/** A page, newest first, without notifications from muted accounts. Returns up to `limit` + 1 rows. */
export const selectNotifications = (after: TimeKey | null, limit: number): Statement<NotificationRow> =>
  statement(sql`
  select app.notification_json(n, a) as view, to_char(n.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as at, n.id
  from notifications n left join profiles a on a.user_id = n.actor_id
  where n.user_id = (select app.viewer())
    and (n.actor_id is null or n.actor_id <> all (array(select muted_id from mutes where muter_id = (select app.viewer()))))
  ${after ? sql`and (n.created_at, n.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``}
  order by n.created_at desc, n.id desc limit ${limit + 1}`);

/** The unread count, which triggers maintain. */
export const selectUnreadCount = (): Statement<{ view: UnreadView }> =>
  statement(sql`
  select jsonb_build_object('unread', coalesce(max(unread), 0), 'version', coalesce(max(version), 0)) as view
  from notification_counts where user_id = (select app.viewer())`);
