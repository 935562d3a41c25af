/**
 * The rooms in which an account has sockets, by topic ("post:<id>", "conversation:<id>"): the end of a session or a block is
 * passed on to them. One row per socket, so that closing one tab never removes the subscription of another.
 */
import type { RoomTopic } from "../../rpc.ts";
import { DAY_MS, type Deps, type Sql, type SqlValue } from "../kit/sql.ts";

/** More sockets than this in other rooms at a time are refused. */
export const SUBSCRIPTIONS_MAX = 256;
/** After this long a subscription is verified with its room: a room that crashed has unsubscribed nobody. */
export const SUBSCRIPTION_TRUSTED_MS = DAY_MS;

export class RoomSubscriptions {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists room_subscriptions (topic text not null, connection_id text not null, session_id text not null, " +
        "verified_at integer not null, primary key (topic, connection_id)) without rowid",
    );
  }

  get count(): number {
    return this.#sql.exec<{ n: number }>("select count(*) as n from room_subscriptions").toArray()[0]?.n ?? 0;
  }

  add(topic: RoomTopic, connectionId: string, sessionId: string): void {
    this.#sql.exec(
      "insert or replace into room_subscriptions values (?, ?, ?, ?)",
      topic,
      connectionId,
      sessionId,
      this.#deps.now(),
    );
  }

  remove(topic: RoomTopic, connectionId: string): void {
    this.#sql.exec(
      "delete from room_subscriptions where topic = ? and connection_id = ?",
      topic,
      connectionId,
    );
  }

  connectionsOf(topic: RoomTopic): string[] {
    return this.#sql
      .exec<{ connection_id: string }>("select connection_id from room_subscriptions where topic = ?", topic)
      .toArray()
      .map((row) => row.connection_id);
  }

  /** Of the subscriptions that were `known` before the room was asked, keeps those whose sockets it has `found`. */
  settle(topic: RoomTopic, known: readonly string[], found: readonly string[]): void {
    const alive = new Set(found);
    for (const connectionId of known) if (!alive.has(connectionId)) this.remove(topic, connectionId);
    this.#sql.exec("update room_subscriptions set verified_at = ? where topic = ?", this.#deps.now(), topic);
  }

  topics(): RoomTopic[] {
    return this.#topics("select distinct topic from room_subscriptions");
  }

  posts(): RoomTopic[] {
    return this.#topics("select distinct topic from room_subscriptions where topic like 'post:%'");
  }

  topicsOfSession(sessionId: string): RoomTopic[] {
    return this.#topics("select distinct topic from room_subscriptions where session_id = ?", sessionId);
  }

  /** Rooms with a subscription that is to be verified. */
  doubtful(): RoomTopic[] {
    return this.#topics(
      "select distinct topic from room_subscriptions where verified_at < ?",
      this.#deps.now() - SUBSCRIPTION_TRUSTED_MS,
    );
  }

  #topics(query: string, ...bindings: SqlValue[]): RoomTopic[] {
    return this.#sql
      .exec<{ topic: RoomTopic }>(query, ...bindings)
      .toArray()
      .map((row) => row.topic);
  }
}
