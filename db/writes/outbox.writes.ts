/** The drainer's side of the outbox, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import { uuidArray } from "./sql.ts";

export interface DueOutboxRow {
  id: string;
  topic: string;
  type: string;
  data: unknown;
  created_at: string;
}

/**
 * Takes rows whose delivery is overdue, oldest first, and counts the attempt. Two drainers never take the same row at
 * once (SKIP LOCKED); a taken row comes due again after 5 s doubled with every attempt, at most 10 min.
 */
export const claimDueOutbox = (limit: number): Statement<DueOutboxRow> =>
  statement(sql`
  with due as (
    select id from outbox where parked_at is null and next_attempt_at <= now()
    order by next_attempt_at, id limit ${limit} for update skip locked
  ), taken as (
    update outbox o set attempts = attempts + 1,
      next_attempt_at = now() + least(interval '5 seconds' * power(2, least(o.attempts, 8)), interval '10 minutes')
    from due where o.id = due.id returning o.*
  )
  select id, topic, type, data, app.iso(created_at) as created_at from taken order by id`);

/**
 * Lets this transaction's commit return before it is on disk. For deletes whose loss only means that a room is told
 * again what it knows: every write pays for one flush, not two.
 */
export const withoutFlush = (): Statement<never> =>
  statement(sql`select set_config('synchronous_commit', 'off', true)`);

/** Forgets rows that their rooms have written down. */
export const deleteOutbox = (ids: readonly string[]): Statement<never> =>
  statement(sql`delete from outbox where id = any (${uuidArray(ids)})`);

/** Writes down why a delivery failed; after ten attempts the row is parked. */
export const failOutbox = (id: string, error: string): Statement<never> =>
  statement(sql`
  update outbox set last_error = left(${error}, 500), parked_at = case when attempts >= 10 then now() end where id = ${id}`);

/** How many rows still wait, and how many are parked. */
export const countOutbox = (): Statement<{ waiting: number; parked: number }> =>
  statement(sql`
  select count(*) filter (where parked_at is null)::int as waiting, count(*) filter (where parked_at is not null)::int as parked from outbox`);

/** Gives parked rows their ten attempts back, due at once: the next drain takes them. Says how many. */
export const replayDeadLetters = (): Statement<{ replayed: number }> =>
  statement(sql`
  with replayed as (
    update outbox set parked_at = null, attempts = 0, next_attempt_at = now() where parked_at is not null returning id
  )
  select count(*)::int as replayed from replayed`);
