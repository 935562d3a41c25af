/** What a room has still to do, and when: several of them share the room's one alarm, and outlive its memory. */
import type { Deps, Sql } from "./sql.ts";

export class Dues<Name extends string> {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec("create table if not exists dues (name text primary key, at integer not null) without rowid");
  }

  /** To be done at `at` (milliseconds since 1970), or earlier if it was to be done earlier anyway. */
  set(name: Name, at: number): void {
    const known = this.at(name);
    if (known === null || at < known) this.#sql.exec("insert or replace into dues values (?, ?)", name, at);
  }

  clear(name: Name): void {
    if (this.at(name) !== null) this.#sql.exec("delete from dues where name = ?", name);
  }

  at(name: Name): number | null {
    const [row] = this.#sql.exec<{ at: number }>("select at from dues where name = ?", name).toArray();
    return row?.at ?? null;
  }

  isDue(name: Name): boolean {
    const at = this.at(name);
    return at !== null && at <= this.#deps.now();
  }

  /** When the earliest is to be done; null when there is nothing to do. */
  get next(): number | null {
    const [row] = this.#sql.exec<{ at: number | null }>("select min(at) as at from dues").toArray();
    return row?.at ?? null;
  }
}
