/** What the nightly cron tidies, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client.ts";

/** Partitions ahead, old notifications, used keys, dead sessions and links, accounts that were never verified. */
export const upkeep = (): Statement<unknown>[] => [
  statement(sql`select app.owner_make_notification_partitions(2)`),
  statement(sql`select app.cleanup_old_notifications()`),
  statement(sql`delete from idempotency_keys where created_at < now() - interval '1 day'`),
  statement(sql`delete from sessions where expires_at < now()`),
  statement(sql`delete from verifications where expires_at < now()`),
  statement(sql`delete from users where not email_verified and created_at < now() - interval '7 days'`),
];
