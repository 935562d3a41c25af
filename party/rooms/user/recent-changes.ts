/**
 * Sessions that have ended and relations that have changed within the last hour. A socket is admitted on what was read from
 * Postgres some milliseconds before; a logout or a block in between is found here and takes precedence.
 */
import type { RelationChange } from "../../rpc.ts";
import { type Deps, HOUR_MS, type Sql } from "../kit/sql.ts";

/** Longer than any request takes from its read of Postgres to its arrival in a room. */
export const CHANGES_KEPT_MS = HOUR_MS;

export class RecentChanges {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists ended_sessions (session_id text primary key, noted_at integer not null) without rowid",
    );
    sql.exec(
      "create table if not exists relation_changes (other_id text primary key, is_hidden integer not null, " +
        "is_blocked integer not null, row_order text not null, noted_at integer not null) without rowid",
    );
  }

  endSession(sessionId: string): void {
    this.#sql.exec("insert or replace into ended_sessions values (?, ?)", sessionId, this.#deps.now());
  }

  isEnded(sessionId: string): boolean {
    return (
      this.#sql.exec("select 1 as one from ended_sessions where session_id = ?", sessionId).toArray().length >
      0
    );
  }

  /** False when a newer change of this relation is stored: then this one is ignored. */
  changeRelation({ otherId, isHidden, isBlocked, order }: RelationChange): boolean {
    const taken = this.#sql.exec(
      "insert into relation_changes values (?, ?, ?, ?, ?) on conflict (other_id) do update set is_hidden = excluded.is_hidden, " +
        "is_blocked = excluded.is_blocked, row_order = excluded.row_order, noted_at = excluded.noted_at where excluded.row_order >= relation_changes.row_order " +
        "returning 1 as one",
      otherId,
      isHidden ? 1 : 0,
      isBlocked ? 1 : 0,
      order,
      this.#deps.now(),
    );
    return taken.toArray().length > 0;
  }

  /** Accounts that became hidden recently and still are. Those that became visible again are found in Postgres. */
  newlyHidden(): RelationChange[] {
    return this.#sql
      .exec<{ other_id: string; is_blocked: number; row_order: string }>(
        "select other_id, is_blocked, row_order from relation_changes where is_hidden = 1 and noted_at >= ?",
        this.#deps.now() - CHANGES_KEPT_MS,
      )
      .toArray()
      .map((row) => ({
        otherId: row.other_id,
        isHidden: true,
        isBlocked: row.is_blocked === 1,
        order: row.row_order,
      }));
  }

  trim(): void {
    const cutoff = this.#deps.now() - CHANGES_KEPT_MS;
    this.#sql.exec("delete from ended_sessions where noted_at < ?", cutoff);
    this.#sql.exec("delete from relation_changes where noted_at < ?", cutoff);
  }
}
