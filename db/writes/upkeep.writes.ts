/** What the nightly cron tidies, as plaza_service. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";

/** At most this many rows of a table go in one night's transaction; what is more goes the next night. */
const ROWS_A_NIGHT = 20_000;

const some = (table: SQL, where: SQL): Statement<unknown> =>
  statement(
    sql`delete from ${table} where ctid = any (array(select ctid from ${table} where ${where} limit ${ROWS_A_NIGHT}))`,
  );

/**
 * Partitions ahead, old notifications, used keys, dead sessions and links, accounts that were never verified. Each is a
 * transaction of its own: one that fails or takes long keeps no lock of another's.
 */
export const upkeep = (): Statement<unknown>[] => [
  statement(sql`select app.owner_make_notification_partitions(2)`),
  statement(sql`select app.cleanup_old_notifications()`),
  some(sql`idempotency_keys`, sql`created_at < now() - interval '1 day'`),
  some(sql`sessions`, sql`expires_at < now()`),
  some(sql`verifications`, sql`expires_at < now()`),
  some(sql`users`, sql`not email_verified and created_at < now() - interval '7 days'`),
];
