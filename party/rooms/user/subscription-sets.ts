/**
 * The presence subscriptions of an account's tabs, as sets of people. A set is stored by its content and a tab refers to it by
 * number: a tab that reconnects and subscribes to the same people writes nothing. Sets without a tab are deleted later.
 */
import type { Sql } from "../kit/sql.ts";

export class SubscriptionSets {
  readonly #sql: Sql;
  readonly #sets = new Map<number, ReadonlySet<string>>();

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists subscription_sets (set_id integer not null, target_id text not null, " +
        "primary key (set_id, target_id)) without rowid",
    );
    const rows = sql
      .exec<{ set_id: number; target_id: string }>("select set_id, target_id from subscription_sets")
      .toArray();
    for (const [setId, members] of Map.groupBy(rows, (row) => row.set_id))
      this.#sets.set(setId, new Set(members.map((row) => row.target_id)));
  }

  /** The number of the set of these people, stored if it is new; null for the empty set. */
  store(userIds: readonly string[]): number | null {
    const wanted = new Set(userIds);
    if (wanted.size === 0) return null;
    for (const [setId, set] of this.#sets)
      if (set.size === wanted.size && [...wanted].every((userId) => set.has(userId))) return setId;
    const setId = Math.max(0, ...this.#sets.keys()) + 1;
    this.#sets.set(setId, wanted);
    this.#sql.exec(
      "insert into subscription_sets select ?, value from json_each(?)",
      setId,
      JSON.stringify([...wanted]),
    );
    return setId;
  }

  of(setId: number | null): ReadonlySet<string> {
    return (setId === null ? null : this.#sets.get(setId)) ?? new Set();
  }

  /** Everybody in at least one of these sets. */
  union(setIds: Iterable<number | null>): Set<string> {
    const all = new Set<string>();
    for (const setId of new Set(setIds)) for (const userId of this.of(setId)) all.add(userId);
    return all;
  }

  /** Whether there are other sets than these. */
  hasOthers(setIds: ReadonlySet<number | null>): boolean {
    return [...this.#sets.keys()].some((setId) => !setIds.has(setId));
  }

  /** Deletes every set but these. Answers the people who were in a deleted set and are in none that is left. */
  deleteExcept(setIds: ReadonlySet<number | null>): string[] {
    const deleted = [...this.#sets.keys()].filter((setId) => !setIds.has(setId));
    if (deleted.length === 0) return [];
    const people = this.union(deleted);
    for (const setId of deleted) {
      this.#sets.delete(setId);
      this.#sql.exec("delete from subscription_sets where set_id = ?", setId);
    }
    const left = this.union(setIds);
    return [...people].filter((userId) => !left.has(userId));
  }
}
