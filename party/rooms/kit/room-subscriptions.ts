/**
 * The rooms this account has sockets in, by topic ("post:<id>", "conversation:<id>"), so that the end of a session or a
 * block reaches them at once. One row per socket: a tab that closes while another opens cannot take the other's place away.
 */
import type { RoomTopic } from "../../rpc.ts";
import { DAY_MS, type Deps, type Sql, type SqlValue } from "./sql.ts";

/** More open rooms than this at a time are refused. */
export const WATCHES_MAX = 256;
/** After this long a watch is checked against its room: a room that died told nobody. */
export const WATCH_CHECKED_AFTER_MS = DAY_MS;

export class Watches {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists watched_rooms (topic text not null, connection_id text not null, session_id text not null, " +
        "noted_at integer not null, primary key (topic, connection_id)) without rowid",
    );
  }

  get count(): number {
    return this.#sql.exec<{ n: number }>("select count(*) as n from watched_rooms").toArray()[0]?.n ?? 0;
  }

  add(topic: RoomTopic, connectionId: string, sessionId: string): void {
    this.#sql.exec(
      "insert or replace into watched_rooms values (?, ?, ?, ?)",
      topic,
      connectionId,
      sessionId,
      this.#deps.now(),
    );
  }

  remove(topic: RoomTopic, connectionId: string): void {
    this.#sql.exec("delete from watched_rooms where topic = ? and connection_id = ?", topic, connectionId);
  }

  connectionsOf(topic: RoomTopic): string[] {
    return this.#sql
      .exec<{ connection_id: string }>("select connection_id from watched_rooms where topic = ?", topic)
      .toArray()
      .map((row) => row.connection_id);
  }

  /** Of the watches that were `known` when the room was asked, keeps those whose sockets it `found`. */
  settle(topic: RoomTopic, known: readonly string[], found: readonly string[]): void {
    const alive = new Set(found);
    for (const connectionId of known) if (!alive.has(connectionId)) this.remove(topic, connectionId);
    this.#sql.exec("update watched_rooms set noted_at = ? where topic = ?", this.#deps.now(), topic);
  }

  topics(): RoomTopic[] {
    return this.#topics("select distinct topic from watched_rooms");
  }

  posts(): RoomTopic[] {
    return this.#topics("select distinct topic from watched_rooms where topic like 'post:%'");
  }

  topicsOfSession(sessionId: string): RoomTopic[] {
    return this.#topics("select distinct topic from watched_rooms where session_id = ?", sessionId);
  }

  /** Rooms whose watches are old enough to be doubted. */
  doubtful(): RoomTopic[] {
    return this.#topics(
      "select distinct topic from watched_rooms where noted_at < ?",
      this.#deps.now() - WATCH_CHECKED_AFTER_MS,
    );
  }

  #topics(query: string, ...bindings: SqlValue[]): RoomTopic[] {
    return this.#sql
      .exec<{ topic: RoomTopic }>(query, ...bindings)
      .toArray()
      .map((row) => row.topic);
  }
}
