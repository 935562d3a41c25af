/**
 * What one shard knows: who is here, who may know it, and who wants to. Synchronous and without a room; a room writes into
 * it, asks it what to tell whom, and notes what was told.
 */
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import type { Sql, SqlValue } from "../kit/sql.ts";
import { type Circle, Circles, sees } from "./presence-circles.ts";

/** A person as Postgres is to keep it. Times in milliseconds since 1970. */
export interface StoredPresence {
  userId: string;
  isOnline: boolean;
  lastSeenAt: number | null;
}

/** A watcher to be told about a person. */
export interface Telling {
  watcherId: string;
  targetId: string;
}

type ViewRow = { user_id: string; is_online: number; last_seen_at: number | null };

const NOT_TOLD = { state: 1, circle: 2 } as const;

export class PresenceBook {
  readonly #sql: Sql;
  readonly circles: Circles;

  constructor(sql: Sql) {
    this.#sql = sql;
    // `unstored` and `untold` are what a crash must not lose: not yet in Postgres, not yet told to everybody.
    sql.exec(
      "create table if not exists people (user_id text primary key, is_online integer not null, last_seen_at integer, " +
        "unstored integer not null, untold integer not null) without rowid",
    );
    sql.exec("create index if not exists people_online on people (user_id) where is_online = 1");
    sql.exec("create index if not exists people_unstored on people (user_id) where unstored > 0");
    sql.exec("create index if not exists people_untold on people (user_id) where untold > 0");
    sql.exec(
      "create table if not exists watches (target_id text not null, watcher_id text not null, " +
        "primary key (target_id, watcher_id)) without rowid",
    );
    sql.exec("create index if not exists watches_watcher on watches (watcher_id)");
    this.circles = new Circles(sql);
  }

  /** Someone came, or left at `at`. Answers who is to be told: nobody when this was known. */
  announce(userId: string, isOnline: boolean, at: number): Telling[] {
    if (this.isOnline(userId) === isOnline) return [];
    this.#sql.exec(
      "insert into people values (?, ?, ?, 1, ?) on conflict (user_id) do update set is_online = excluded.is_online, " +
        "last_seen_at = coalesce(excluded.last_seen_at, people.last_seen_at), unstored = people.unstored + 1, " +
        "untold = max(people.untold, excluded.untold)",
      userId,
      isOnline ? 1 : 0,
      isOnline ? null : at,
      NOT_TOLD.state,
    );
    return this.#seeing(userId);
  }

  isOnline(userId: string): boolean {
    return (
      this.#sql.exec("select 1 as one from people where user_id = ? and is_online = 1", userId).toArray()
        .length > 0
    );
  }

  /** Everybody marked as here. */
  online(): string[] {
    return this.#ids("select user_id as id from people where is_online = 1");
  }

  /** Takes a circle, or (null) no longer relies on the one it has. Answers for whom something changed by that. */
  setCircle(userId: string, circle: Circle | null): Telling[] {
    const before = new Map(this.#watching(userId).map((row) => [row.watcher_id, row.sees]));
    if (circle) this.circles.keep(circle);
    else this.circles.distrust(userId);
    const isBlank = !this.#sql
      .exec(
        "select 1 as one from people where user_id = ? and (is_online = 1 or last_seen_at is not null)",
        userId,
      )
      .toArray().length;
    const changed = this.#watching(userId).filter((row) => before.get(row.watcher_id) !== row.sees);
    if (isBlank || changed.length === 0) return [];
    this.#sql.exec("update people set untold = ? where user_id = ?", NOT_TOLD.circle, userId);
    return changed.map((row) => ({ watcherId: row.watcher_id, targetId: userId }));
  }

  /** The account is gone: nobody is here, and there is nothing to know. */
  forget(userId: string): void {
    this.#sql.exec("delete from people where user_id = ?", userId);
    this.circles.forget(userId);
  }

  /** What `viewerId` may know of each of these people; nothing to know reads as offline and never seen. */
  views(viewerId: string, userIds: readonly string[]): PresenceOf[] {
    const rows = this.#sql
      .exec<ViewRow>(
        `select p.user_id, p.is_online, p.last_seen_at from json_each(?1) i join people p on p.user_id = i.value where ${sees("?2")}`,
        JSON.stringify(userIds),
        viewerId,
      )
      .toArray();
    const known = new Map(rows.map((row) => [row.user_id, row]));
    return userIds.map((userId) => {
      const row = known.get(userId);
      const isOnline = row?.is_online === 1;
      const lastSeenAt = isOnline || !row?.last_seen_at ? null : new Date(row.last_seen_at).toISOString();
      return { userId, isOnline, lastSeenAt };
    });
  }

  /** Those of `viewerIds` who may know whether this person is here. */
  whoMaySee(userId: string, viewerIds: readonly string[]): string[] {
    return this.#ids(
      `select i.value as id from json_each(?1) i, (select ?2 as user_id) p where ${sees("i.value")}`,
      JSON.stringify(viewerIds),
      userId,
    );
  }

  /** `watcherId` wants to hear of `add`, and no more of `remove`. Safe to repeat; a repetition writes nothing. */
  watch(watcherId: string, add: readonly string[], remove: readonly string[]): void {
    const known = this.#sql
      .exec<{ n: number }>(
        "select count(*) as n from json_each(?) i join watches w on w.target_id = i.value and w.watcher_id = ?",
        JSON.stringify(add),
        watcherId,
      )
      .toArray();
    if ((known[0]?.n ?? 0) < add.length)
      this.#sql.exec(
        "insert into watches select value, ? from json_each(?) where true on conflict do nothing",
        watcherId,
        JSON.stringify(add),
      );
    if (remove.length > 0)
      this.#sql.exec(
        "delete from watches where watcher_id = ? and target_id in (select value from json_each(?))",
        watcherId,
        JSON.stringify(remove),
      );
  }

  /** Everybody who was to be told of this person has been. */
  told(userId: string): void {
    this.#sql.exec("update people set untold = 0 where user_id = ? and untold > 0", userId);
  }

  /**
   * What an earlier life of the room did not get to say, and of whom. Who never could see someone hears nothing of them
   * now either.
   */
  untold(): { about: string[]; tellings: Telling[] } {
    const people = this.#sql
      .exec<{ user_id: string; untold: number }>("select user_id, untold from people where untold > 0")
      .toArray();
    const tellings = people.flatMap(({ user_id, untold }) =>
      untold === NOT_TOLD.circle
        ? this.#watching(user_id).map((row) => ({ watcherId: row.watcher_id, targetId: user_id }))
        : this.#seeing(user_id),
    );
    return { about: people.map((row) => row.user_id), tellings };
  }

  /** Who changed since they were last stored, and a mark to be handed to `stored`. */
  unstored(limit: number): (StoredPresence & { mark: number })[] {
    return this.#sql
      .exec<ViewRow & { unstored: number }>(
        "select user_id, is_online, last_seen_at, unstored from people where unstored > 0 limit ?",
        limit,
      )
      .toArray()
      .map((row) => ({
        userId: row.user_id,
        isOnline: row.is_online === 1,
        lastSeenAt: row.last_seen_at,
        mark: row.unstored,
      }));
  }

  /** Postgres has these; who changed meanwhile stays unstored. */
  stored(people: readonly { userId: string; mark: number }[]): void {
    for (const { userId, mark } of people)
      this.#sql.exec("update people set unstored = 0 where user_id = ? and unstored = ?", userId, mark);
  }

  #seeing(userId: string): Telling[] {
    return this.#watching(userId)
      .filter((row) => row.sees === 1)
      .map((row) => ({ watcherId: row.watcher_id, targetId: userId }));
  }

  #watching(userId: string): { watcher_id: string; sees: number }[] {
    return this.#sql
      .exec<{ watcher_id: string; sees: number }>(
        `select p.watcher_id, ${sees("p.watcher_id")} as sees from (select target_id as user_id, watcher_id from watches where target_id = ?) p`,
        userId,
      )
      .toArray();
  }

  #ids(query: string, ...bindings: SqlValue[]): string[] {
    return this.#sql
      .exec<{ id: string }>(query, ...bindings)
      .toArray()
      .map((row) => row.id);
  }
}
