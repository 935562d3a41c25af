/**
 * Sessions of an account that Postgres has proved a while ago, so that a reconnect asks it nothing. A token is known by
 * its digest only. Whatever ends a session is told to the account's room, which then no longer knows it; what nobody
 * told is limited to a day.
 */
import { DAY_MS, type Deps, type Sql } from "../kit/sql.ts";

/** After this long a session is proved by Postgres again, however long it has to live. */
export const KNOWN_MAX_MS = DAY_MS;

export class KnownSessions {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    // One token per session, so the session is the key; `expires_at` is the session's own end.
    sql.exec(
      "create table if not exists known_sessions (session_id text primary key, token_hash text not null unique, " +
        "known_until integer not null, expires_at integer not null) without rowid",
    );
  }

  /** Postgres has just proved it; `expiresAt` in milliseconds since 1970. */
  remember(tokenHash: string, sessionId: string, expiresAt: number): void {
    const knownUntil = Math.min(expiresAt, this.#deps.now() + KNOWN_MAX_MS);
    this.#sql.exec(
      "insert or replace into known_sessions values (?, ?, ?, ?)",
      sessionId,
      tokenHash,
      knownUntil,
      expiresAt,
    );
  }

  /** The session of this token, or null when only Postgres can tell. */
  recognise(tokenHash: string): string | null {
    const [row] = this.#sql
      .exec<{ session_id: string }>(
        "select session_id from known_sessions where token_hash = ? and known_until > ?",
        tokenHash,
        this.#deps.now(),
      )
      .toArray();
    return row?.session_id ?? null;
  }

  forget(sessionId: string): void {
    this.#sql.exec("delete from known_sessions where session_id = ?", sessionId);
  }

  /** One that has ended by itself, unless it was proved anew meanwhile. */
  forgetExpired(sessionId: string): void {
    this.#sql.exec(
      "delete from known_sessions where session_id = ? and expires_at <= ?",
      sessionId,
      this.#deps.now(),
    );
  }

  /** Sessions that have ended by themselves. They are kept until `forgetExpired`. */
  expired(): string[] {
    return this.#sql
      .exec<{ session_id: string }>(
        "select session_id from known_sessions where expires_at <= ?",
        this.#deps.now(),
      )
      .toArray()
      .map((row) => row.session_id);
  }

  /** When the next session ends by itself; null when none is known. */
  get nextEndAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>("select min(expires_at) as at from known_sessions")
      .toArray();
    return row?.at ?? null;
  }
}
