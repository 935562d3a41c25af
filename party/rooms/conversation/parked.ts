/** Messages that Postgres refused for good (R8): they wait for a better day, and are kept whole until then. */
import type { Sql } from "../kit/sql.ts";

export class ParkedMessages {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists parked_messages (seq integer primary key, version integer not null)",
    );
  }

  get isEmpty(): boolean {
    return this.#sql.exec("select 1 as one from parked_messages limit 1").toArray().length === 0;
  }

  add({ seq, version }: { seq: number; version: number }): void {
    this.#sql.exec("insert or replace into parked_messages values (?, ?)", seq, version);
  }

  /** Postgres has these after all. */
  remove(seqs: readonly number[]): void {
    this.#sql.exec(
      "delete from parked_messages where seq in (select value from json_each(?))",
      JSON.stringify(seqs),
    );
  }

  /** They wait for Postgres again: the reason may be gone. */
  tryAgain(): void {
    this.#sql.exec(
      "insert into changed_messages select seq, version from parked_messages where true on conflict do nothing",
    );
  }
}
