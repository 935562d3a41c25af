/**
 * The ids of the outbox rows that a room has stored. Rows are delivered at least once and must have their effect once.
 * Keeps the last SEEN_KEPT_ROWS ids, and all ids of the last SEEN_KEPT_MS.
 */
import { DAY_MS, type Deps, type Sql } from "./sql.ts";

export const SEEN_KEPT_ROWS = 2_000;
export const SEEN_KEPT_MS = DAY_MS;
const TRIM_EVERY_ROWS = 64;

export class SeenIds {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists seen_ids (n integer primary key, id text not null unique, seen_at integer not null)",
    );
  }

  has(id: string): boolean {
    return this.#sql.exec("select 1 as one from seen_ids where id = ?", id).toArray().length > 0;
  }

  add(id: string): void {
    const [row] = this.#sql
      .exec<{ n: number }>(
        "insert into seen_ids (id, seen_at) values (?, ?) on conflict do nothing returning n",
        id,
        this.#deps.now(),
      )
      .toArray();
    if (row && row.n % TRIM_EVERY_ROWS === 0) this.trim();
  }

  /** Deletes the ids that are beyond both limits. */
  trim(): void {
    this.#sql.exec(
      "delete from seen_ids where n <= (select max(n) from seen_ids) - ? and seen_at < ?",
      SEEN_KEPT_ROWS,
      this.#deps.now() - SEEN_KEPT_MS,
    );
  }
}
