/**
 * The posts this account has sockets in, so that the end of a session or a block reaches them at once. One row per
 * socket: a tab that closes while another opens cannot take the other's place away.
 */
import { DAY_MS, type Deps, type Sql, type SqlValue } from "./storage.ts";

/** More open posts than this at a time are refused. */
export const WATCHES_MAX = 256;
/** After this long a watch is checked against the post's room: a room that died told nobody. */
export const WATCH_CHECKED_AFTER_MS = DAY_MS;

export class Watches {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists watches (post_id text not null, connection_id text not null, session_id text not null, " +
        "noted_at integer not null, primary key (post_id, connection_id)) without rowid",
    );
  }

  get count(): number {
    return this.#sql.exec<{ n: number }>("select count(*) as n from watches").toArray()[0]?.n ?? 0;
  }

  add(postId: string, connectionId: string, sessionId: string): void {
    this.#sql.exec(
      "insert or replace into watches values (?, ?, ?, ?)",
      postId,
      connectionId,
      sessionId,
      this.#deps.now(),
    );
  }

  remove(postId: string, connectionId: string): void {
    this.#sql.exec("delete from watches where post_id = ? and connection_id = ?", postId, connectionId);
  }

  connectionsOf(postId: string): string[] {
    return this.#sql
      .exec<{ connection_id: string }>("select connection_id from watches where post_id = ?", postId)
      .toArray()
      .map((row) => row.connection_id);
  }

  /** Of the watches that were `known` when the post's room was asked, keeps those whose sockets it `found`. */
  settle(postId: string, known: readonly string[], found: readonly string[]): void {
    const alive = new Set(found);
    for (const connectionId of known) if (!alive.has(connectionId)) this.remove(postId, connectionId);
    this.#sql.exec("update watches set noted_at = ? where post_id = ?", this.#deps.now(), postId);
  }

  posts(): string[] {
    return this.#posts("select distinct post_id from watches");
  }

  postsOfSession(sessionId: string): string[] {
    return this.#posts("select distinct post_id from watches where session_id = ?", sessionId);
  }

  /** Posts whose watches are old enough to be doubted. */
  doubtful(): string[] {
    return this.#posts(
      "select distinct post_id from watches where noted_at < ?",
      this.#deps.now() - WATCH_CHECKED_AFTER_MS,
    );
  }

  #posts(query: string, ...bindings: SqlValue[]): string[] {
    return this.#sql
      .exec<{ post_id: string }>(query, ...bindings)
      .toArray()
      .map((row) => row.post_id);
  }
}
