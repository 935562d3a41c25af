/**
 * Whose presence each tab of an account wants to hear of, and whom the shards think it does. A tab's set outlives the room's
 * memory; what the shards were told may be more than the tabs want, until somebody takes the rest back.
 */
import type { Sql } from "./storage.ts";

export class PresenceSets {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists presence_sets (connection_id text not null, target_id text not null, " +
        "primary key (connection_id, target_id)) without rowid",
    );
    sql.exec("create index if not exists presence_sets_target on presence_sets (target_id)");
    sql.exec("create table if not exists presence_told (target_id text primary key) without rowid");
  }

  /** The whole set of a tab; replaces the one before. */
  replace(connectionId: string, targetIds: readonly string[]): void {
    this.#sql.exec("delete from presence_sets where connection_id = ?", connectionId);
    this.#sql.exec(
      "insert into presence_sets select ?, value from json_each(?) where true on conflict do nothing",
      connectionId,
      JSON.stringify(targetIds),
    );
  }

  /** Forgets the sets of tabs that are gone. */
  keepOnly(connectionIds: readonly string[]): void {
    this.#sql.exec(
      "delete from presence_sets where connection_id not in (select value from json_each(?))",
      JSON.stringify(connectionIds),
    );
  }

  of(connectionId: string): Set<string> {
    return new Set(
      this.#ids("select target_id as id from presence_sets where connection_id = ?", connectionId),
    );
  }

  /** Everybody whom some tab wants to hear of. */
  wanted(): string[] {
    return this.#ids("select distinct target_id as id from presence_sets");
  }

  /** Of these, those that no tab wants to hear of. */
  unwanted(targetIds: readonly string[]): string[] {
    return this.#ids(
      "select value as id from json_each(?) where value not in (select target_id from presence_sets)",
      JSON.stringify(targetIds),
    );
  }

  /** Those the shards were told of and no tab wants any more. */
  leftOver(): string[] {
    return this.#ids(
      "select target_id as id from presence_told where target_id not in (select target_id from presence_sets)",
    );
  }

  /** A shard is about to be told that these are wanted. */
  noteTold(targetIds: readonly string[]): void {
    this.#sql.exec(
      "insert into presence_told select value from json_each(?) where true on conflict do nothing",
      JSON.stringify(targetIds),
    );
  }

  /** The shards know that these are not wanted. */
  noteTakenBack(targetIds: readonly string[]): void {
    this.#sql.exec(
      "delete from presence_told where target_id in (select value from json_each(?))",
      JSON.stringify(targetIds),
    );
  }

  #ids(query: string, ...bindings: string[]): string[] {
    return this.#sql
      .exec<{ id: string }>(query, ...bindings)
      .toArray()
      .map((row) => row.id);
  }
}
