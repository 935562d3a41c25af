/** The nightly clean-up, as plaza_service. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import { CLEANUP_ROWS_PER_TABLE } from "./limits.ts";

const deleteSome = (table: SQL, where: SQL): Statement<unknown> =>
  statement(
    sql`delete from ${table} where ctid = any (array(select ctid from ${table} where ${where} limit ${CLEANUP_ROWS_PER_TABLE}))`,
  );

/**
 * Creates partitions ahead and deletes old notifications, idempotency keys, expired sessions, sign-ups and
 * verifications, and accounts that were never verified. Run each statement in a transaction of its own: a
 * slow or failing one then holds no other locks.
 */
export const upkeep = (): Statement<unknown>[] => [
  statement(sql`select app.owner_create_notification_partitions(2)`),
  statement(sql`select app.cleanup_old_notifications()`),
  deleteSome(sql`idempotency_keys`, sql`created_at < now() - interval '1 day'`),
  deleteSome(sql`sessions`, sql`expires_at < now()`),
  deleteSome(sql`verifications`, sql`expires_at < now()`),
  deleteSome(sql`sign_ups`, sql`expires_at < now()`),
  deleteSome(sql`auth_limits`, sql`updated_at < now() - interval '31 days'`),
  deleteSome(sql`users`, sql`not email_verified and created_at < now() - interval '7 days'`),
];
