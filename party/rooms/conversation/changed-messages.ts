/**
 * The archived messages of which Postgres has an older version, and those that it has refused for good, by seq with their version.
 * Held in memory too: they are few, and in the usual case, in which there are none, no statement is run.
 */
import type { Sql } from "../kit/sql.ts";

interface Version {
  seq: number;
  version: number;
}

export class ChangedMessages {
  readonly #sql: Sql;
  readonly #changed = new Map<number, number>();
  readonly #rejected = new Map<number, number>();

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of ["changed_messages", "rejected_messages"])
      sql.exec(`create table if not exists ${table} (seq integer primary key, version integer not null)`);
    this.reload();
  }

  /** Reads both tables: at the start, and after a transaction was rolled back. */
  reload(): void {
    this.#read(this.#changed, "select seq, version from changed_messages");
    this.#read(this.#rejected, "select seq, version from rejected_messages");
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0;
  }

  get hasRejected(): boolean {
    return this.#rejected.size > 0;
  }

  /** The oldest changed messages up to a seq. */
  oldest(upTo: number, limit: number): number[] {
    return [...this.#changed.keys()]
      .filter((seq) => seq <= upTo)
      .sort((a, b) => a - b)
      .slice(0, limit);
  }

  add({ seq, version }: Version): void {
    this.#changed.set(seq, version);
    this.#sql.exec("insert or replace into changed_messages values (?, ?)", seq, version);
  }

  /** Postgres has these versions. A message that has changed since remains. */
  remove(messages: readonly Version[]): void {
    if (this.#changed.size === 0 && this.#rejected.size === 0) return;
    for (const { seq, version } of messages) {
      if ((this.#changed.get(seq) ?? Number.POSITIVE_INFINITY) <= version) {
        this.#changed.delete(seq);
        this.#sql.exec("delete from changed_messages where seq = ?", seq);
      }
      if (this.#rejected.delete(seq)) this.#sql.exec("delete from rejected_messages where seq = ?", seq);
    }
  }

  reject({ seq, version }: Version): void {
    this.#rejected.set(seq, version);
    this.#sql.exec("insert or replace into rejected_messages values (?, ?)", seq, version);
  }

  /** Counts the rejected messages as changed again; they stay rejected until Postgres has them. */
  retryRejected(): void {
    for (const [seq, version] of this.#rejected) if (!this.#changed.has(seq)) this.add({ seq, version });
  }

  #read(versions: Map<number, number>, query: string): void {
    versions.clear();
    for (const { seq, version } of this.#sql.exec<{ seq: number; version: number }>(query).toArray())
      versions.set(seq, version);
  }
}
