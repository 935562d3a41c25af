/**
 * The presence directory of one shard in SQLite: who is online, who may see it, and who subscribes to it. Synchronous and without
 * its room, which sends the notifications and then marks what was published and what was flushed to Postgres.
 */
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import type { Sql, SqlValue } from "../kit/sql.ts";
import { maySee, PresenceVisibility, type Visibility } from "./presence-visibility.ts";

/** A person's presence as Postgres stores it. Times in milliseconds since 1970. */
export interface StoredPresence {
  userId: string;
  isOnline: boolean;
  lastSeenAt: number | null;
}

/** A subscriber to be notified of a person's presence. */
export interface PresenceNotification {
  subscriberId: string;
  targetId: string;
}

type ViewRow = { user_id: string; is_online: number; last_seen_at: number | null };

/** Values of the column `unpublished`: what not all subscribers have received. */
const UNPUBLISHED = { presence: 1, visibility: 2 } as const;

export class PresenceDirectory {
  readonly #sql: Sql;
  readonly visibility: PresenceVisibility;

  constructor(sql: Sql) {
    this.#sql = sql;
    // `dirty_rev`: not in Postgres yet (0: flushed). `unpublished`: not all subscribers have been notified (0: published).
    sql.exec(
      "create table if not exists people (user_id text primary key, is_online integer not null, last_seen_at integer, " +
        "dirty_rev integer not null, unpublished integer not null) without rowid",
    );
    sql.exec("create index if not exists people_online on people (user_id) where is_online = 1");
    sql.exec("create index if not exists people_dirty on people (user_id) where dirty_rev > 0");
    sql.exec("create index if not exists people_unpublished on people (user_id) where unpublished > 0");
    sql.exec(
      "create table if not exists subscriptions (target_id text not null, subscriber_id text not null, " +
        "primary key (target_id, subscriber_id)) without rowid",
    );
    sql.exec("create index if not exists subscriptions_subscriber on subscriptions (subscriber_id)");
    this.visibility = new PresenceVisibility(sql);
  }

  /** A person came online, or went offline at `at`. Returns the notifications to send; none when nothing changed. */
  announce(userId: string, isOnline: boolean, at: number): PresenceNotification[] {
    if (this.isOnline(userId) === isOnline) return [];
    this.#sql.exec(
      "insert into people values (?, ?, ?, 1, ?) on conflict (user_id) do update set is_online = excluded.is_online, " +
        "last_seen_at = coalesce(excluded.last_seen_at, people.last_seen_at), dirty_rev = people.dirty_rev + 1, " +
        "unpublished = max(people.unpublished, excluded.unpublished)",
      userId,
      isOnline ? 1 : 0,
      isOnline ? null : at,
      UNPUBLISHED.presence,
    );
    return this.#seeingSubscribers(userId);
  }

  /** Stores a person's presence from Postgres. Does nothing when there is a record, which is newer. */
  restore({ userId, isOnline, lastSeenAt }: StoredPresence): void {
    this.#sql.exec(
      "insert into people values (?, ?, ?, 0, 0) on conflict do nothing",
      userId,
      isOnline ? 1 : 0,
      lastSeenAt,
    );
  }

  /** Those of these people that have no record here. */
  unknown(userIds: readonly string[]): string[] {
    return this.#ids(
      "select value as id from json_each(?) where value not in (select user_id from people)",
      JSON.stringify(userIds),
    );
  }

  isOnline(userId: string): boolean {
    return (
      this.#sql.exec("select 1 as one from people where user_id = ? and is_online = 1", userId).toArray()
        .length > 0
    );
  }

  /** Everybody who is online according to the directory. */
  online(): string[] {
    return this.#ids("select user_id as id from people where is_online = 1");
  }

  /** Stores a visibility; null invalidates the stored one. Returns notifications for those whose view of the person changed. */
  setVisibility(userId: string, visibility: Visibility | null): PresenceNotification[] {
    const before = new Map(this.#subscribers(userId).map((row) => [row.subscriber_id, row.may_see]));
    if (visibility) this.visibility.store(visibility);
    else this.visibility.invalidate(userId);
    const hasPresence =
      this.#sql
        .exec(
          "select 1 as one from people where user_id = ? and (is_online = 1 or last_seen_at is not null)",
          userId,
        )
        .toArray().length > 0;
    const changed = this.#subscribers(userId).filter((row) => before.get(row.subscriber_id) !== row.may_see);
    if (!hasPresence || changed.length === 0) return [];
    this.#sql.exec("update people set unpublished = ? where user_id = ?", UNPUBLISHED.visibility, userId);
    return changed.map((row) => ({ subscriberId: row.subscriber_id, targetId: userId }));
  }

  /** For an account that was deleted. */
  delete(userId: string): void {
    this.#sql.exec("delete from people where user_id = ?", userId);
    this.visibility.delete(userId);
  }

  /** What `viewerId` may see of each of these people, in the order given. Hidden and unknown people look offline. */
  views(viewerId: string, userIds: readonly string[]): PresenceOf[] {
    const rows = this.#sql
      .exec<ViewRow>(
        `select p.user_id, p.is_online, p.last_seen_at from json_each(?1) i join people p on p.user_id = i.value where ${maySee("?2")}`,
        JSON.stringify(userIds),
        viewerId,
      )
      .toArray();
    const visible = new Map(rows.map((row) => [row.user_id, row]));
    return userIds.map((userId) => {
      const row = visible.get(userId);
      const isOnline = row?.is_online === 1;
      const lastSeenAt = isOnline || !row?.last_seen_at ? null : new Date(row.last_seen_at).toISOString();
      return { userId, isOnline, lastSeenAt };
    });
  }

  /** Those of `viewerIds` who may see whether this person is online. */
  whoMaySee(userId: string, viewerIds: readonly string[]): string[] {
    return this.#ids(
      `select i.value as id from json_each(?1) i, (select ?2 as user_id) p where ${maySee("i.value")}`,
      JSON.stringify(viewerIds),
      userId,
    );
  }

  /** Subscribes to `add`, unsubscribes from `remove`. Idempotent; a repetition writes nothing. */
  subscribe(subscriberId: string, add: readonly string[], remove: readonly string[]): void {
    const subscribed = this.#sql
      .exec<{ n: number }>(
        "select count(*) as n from json_each(?) i join subscriptions s on s.target_id = i.value and s.subscriber_id = ?",
        JSON.stringify(add),
        subscriberId,
      )
      .toArray();
    if ((subscribed[0]?.n ?? 0) < add.length)
      this.#sql.exec(
        "insert into subscriptions select value, ? from json_each(?) where true on conflict do nothing",
        subscriberId,
        JSON.stringify(add),
      );
    if (remove.length > 0)
      this.#sql.exec(
        "delete from subscriptions where subscriber_id = ? and target_id in (select value from json_each(?))",
        subscriberId,
        JSON.stringify(remove),
      );
  }

  /** To be called when every subscriber of this person has been notified. */
  markPublished(userId: string): void {
    this.#sql.exec("update people set unpublished = 0 where user_id = ? and unpublished > 0", userId);
  }

  /** The notifications that an earlier instance of the room has not sent, without subscribers who may not see the person. */
  unpublished(): { targetIds: string[]; notifications: PresenceNotification[] } {
    const people = this.#sql
      .exec<{ user_id: string; unpublished: number }>(
        "select user_id, unpublished from people where unpublished > 0",
      )
      .toArray();
    const notifications = people.flatMap(({ user_id, unpublished }) =>
      unpublished === UNPUBLISHED.visibility
        ? this.#subscribers(user_id).map((row) => ({ subscriberId: row.subscriber_id, targetId: user_id }))
        : this.#seeingSubscribers(user_id),
    );
    return { targetIds: people.map((row) => row.user_id), notifications };
  }

  /** People whose presence changed since the last flush. `rev` is an argument of `markFlushed`. */
  dirty(limit: number): (StoredPresence & { rev: number })[] {
    return this.#sql
      .exec<ViewRow & { dirty_rev: number }>(
        "select user_id, is_online, last_seen_at, dirty_rev from people where dirty_rev > 0 limit ?",
        limit,
      )
      .toArray()
      .map((row) => ({
        userId: row.user_id,
        isOnline: row.is_online === 1,
        lastSeenAt: row.last_seen_at,
        rev: row.dirty_rev,
      }));
  }

  /** To be called when Postgres has stored these. A person whose presence has changed meanwhile stays dirty. */
  markFlushed(people: readonly { userId: string; rev: number }[]): void {
    for (const { userId, rev } of people)
      this.#sql.exec("update people set dirty_rev = 0 where user_id = ? and dirty_rev = ?", userId, rev);
  }

  #seeingSubscribers(userId: string): PresenceNotification[] {
    return this.#subscribers(userId)
      .filter((row) => row.may_see === 1)
      .map((row) => ({ subscriberId: row.subscriber_id, targetId: userId }));
  }

  #subscribers(userId: string): { subscriber_id: string; may_see: number }[] {
    return this.#sql
      .exec<{ subscriber_id: string; may_see: number }>(
        `select p.subscriber_id, ${maySee("p.subscriber_id")} as may_see ` +
          "from (select target_id as user_id, subscriber_id from subscriptions where target_id = ?) p",
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
