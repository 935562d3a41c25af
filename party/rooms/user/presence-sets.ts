/**
 * Whom the tabs of an account watch. A set is kept by its content, and a tab holds its number: whoever comes back and watches
 * the same people changes nothing that is stored. Sets outlive the room's memory; those that no tab holds are dropped later.
 */
import type { Sql } from "../kit/sql.ts";

export class PresenceSets {
  readonly #sql: Sql;
  readonly #sets = new Map<number, ReadonlySet<string>>();

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists watch_sets (set_id integer not null, target_id text not null, " +
        "primary key (set_id, target_id)) without rowid",
    );
    const rows = sql
      .exec<{ set_id: number; target_id: string }>("select set_id, target_id from watch_sets")
      .toArray();
    for (const [setId, members] of Map.groupBy(rows, (row) => row.set_id))
      this.#sets.set(setId, new Set(members.map((row) => row.target_id)));
  }

  /** The number of the set of these people; null for a set of nobody. */
  keep(userIds: readonly string[]): number | null {
    const wanted = new Set(userIds);
    if (wanted.size === 0) return null;
    for (const [setId, set] of this.#sets)
      if (set.size === wanted.size && [...wanted].every((userId) => set.has(userId))) return setId;
    const setId = Math.max(0, ...this.#sets.keys()) + 1;
    this.#sets.set(setId, wanted);
    this.#sql.exec(
      "insert into watch_sets select ?, value from json_each(?)",
      setId,
      JSON.stringify([...wanted]),
    );
    return setId;
  }

  of(setId: number | null): ReadonlySet<string> {
    return (setId === null ? null : this.#sets.get(setId)) ?? new Set();
  }

  /** Everybody in one of these sets. */
  union(setIds: Iterable<number | null>): Set<string> {
    const all = new Set<string>();
    for (const setId of new Set(setIds)) for (const userId of this.of(setId)) all.add(userId);
    return all;
  }

  /** Whether there are sets besides these. */
  hasMoreThan(setIds: ReadonlySet<number | null>): boolean {
    return [...this.#sets.keys()].some((setId) => !setIds.has(setId));
  }

  /** Drops every set but these. Answers who was in one of those dropped and is in none that is left. */
  dropExcept(setIds: ReadonlySet<number | null>): string[] {
    const dropped = [...this.#sets.keys()].filter((setId) => !setIds.has(setId));
    if (dropped.length === 0) return [];
    const gone = this.union(dropped);
    for (const setId of dropped) {
      this.#sets.delete(setId);
      this.#sql.exec("delete from watch_sets where set_id = ?", setId);
    }
    const left = this.union(setIds);
    return [...gone].filter((userId) => !left.has(userId));
  }
}
