/** Statements of the outbox drainer, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import {
  OUTBOX_ATTEMPTS_MAX,
  OUTBOX_ERROR_MAX_CHARS,
  OUTBOX_RETRY_MAX_S,
  OUTBOX_RETRY_MIN_S,
} from "./limits.ts";
import { uuidArray } from "./sql.ts";

export interface DueOutboxRow {
  id: string;
  topic: string;
  type: string;
  data: unknown;
  created_at: string;
}

/**
 * Claims rows that are due, oldest first, and counts the attempt. Concurrent drainers never claim the same
 * row (SKIP LOCKED). A claimed row is due again after OUTBOX_RETRY_MIN_S, doubled with every attempt, at most
 * OUTBOX_RETRY_MAX_S.
 */
export const claimDueOutbox = (limit: number): Statement<DueOutboxRow> =>
  statement(sql`
  with due as (
    select id from outbox where dead_lettered_at is null and next_attempt_at <= now()
    order by next_attempt_at, id limit ${limit} for update skip locked
  ), taken as (
    update outbox o set attempts = attempts + 1,
      next_attempt_at = now() + make_interval(secs => least(${OUTBOX_RETRY_MIN_S}::float8 * power(2, least(o.attempts, 30)), ${OUTBOX_RETRY_MAX_S}::float8))
    from due where o.id = due.id returning o.*
  )
  select id, topic, type, data, app.iso(created_at) as created_at from taken order by id`);

/**
 * Makes this transaction's commit return before its WAL is flushed to disk. For deletes of delivered rows: if
 * one is lost, a room receives an event a second time and ignores it. So each event costs one WAL flush
 * instead of two.
 */
export const withoutFlush = (): Statement<never> =>
  statement(sql`select set_config('synchronous_commit', 'off', true)`);

/** Deletes rows that their rooms have acknowledged. */
export const deleteOutbox = (ids: readonly string[]): Statement<never> =>
  statement(sql`delete from outbox where id = any (${uuidArray(ids)})`);

/** Stores why a delivery failed. Dead-letters the row after OUTBOX_ATTEMPTS_MAX. */
export const failOutbox = (id: string, error: string): Statement<never> =>
  statement(sql`
  update outbox set last_error = left(${error}, ${OUTBOX_ERROR_MAX_CHARS}::int), dead_lettered_at = case when attempts >= ${OUTBOX_ATTEMPTS_MAX}::int then now() end where id = ${id}`);

/** How many rows wait for delivery, and how many are dead-lettered (`parked`). */
export const countOutbox = (): Statement<{ waiting: number; parked: number }> =>
  statement(sql`
  select count(*) filter (where dead_lettered_at is null)::int as waiting, count(*) filter (where dead_lettered_at is not null)::int as parked from outbox`);

/**
 * Resets dead-lettered rows: no attempts, due at once, so that the next drain delivers them. Returns their
 * number.
 */
export const replayDeadLetters = (): Statement<{ replayed: number }> =>
  statement(sql`
  with replayed as (
    update outbox set dead_lettered_at = null, attempts = 0, next_attempt_at = now() where dead_lettered_at is not null returning id
  )
  select count(*)::int as replayed from replayed`);
