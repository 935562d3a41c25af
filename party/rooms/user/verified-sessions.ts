/**
 * Sessions of an account that Postgres has verified, so that a reconnect needs no query. Only the token's digest is stored. Every
 * event that ends a session also reaches this room; a session of which that event was lost is trusted for a day at most.
 */
import { DAY_MS, type Deps, type Sql } from "../kit/sql.ts";

/** After this long Postgres verifies a session again, however long it is valid. */
export const SESSION_TRUSTED_MS = DAY_MS;

export class VerifiedSessions {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    // A session has one token, so the session is the key. `expires_at` is the end of the session itself.
    sql.exec(
      "create table if not exists verified_sessions (session_id text primary key, token_hash text not null unique, " +
        "trusted_until integer not null, expires_at integer not null) without rowid",
    );
  }

  /** Stores a session that Postgres has just verified; `expiresAt` in milliseconds since 1970. */
  store(tokenHash: string, sessionId: string, expiresAt: number): void {
    const trustedUntil = Math.min(expiresAt, this.#deps.now() + SESSION_TRUSTED_MS);
    this.#sql.exec(
      "insert or replace into verified_sessions values (?, ?, ?, ?)",
      sessionId,
      tokenHash,
      trustedUntil,
      expiresAt,
    );
  }

  /** The session of this token, or null when only Postgres can tell. */
  find(tokenHash: string): string | null {
    const [row] = this.#sql
      .exec<{ session_id: string }>(
        "select session_id from verified_sessions where token_hash = ? and trusted_until > ?",
        tokenHash,
        this.#deps.now(),
      )
      .toArray();
    return row?.session_id ?? null;
  }

  delete(sessionId: string): void {
    this.#sql.exec("delete from verified_sessions where session_id = ?", sessionId);
  }

  /** Deletes an expired session, unless it was verified again meanwhile. */
  deleteExpired(sessionId: string): void {
    this.#sql.exec(
      "delete from verified_sessions where session_id = ? and expires_at <= ?",
      sessionId,
      this.#deps.now(),
    );
  }

  /** The expired sessions. They stay stored until `deleteExpired`. */
  expired(): string[] {
    return this.#sql
      .exec<{ session_id: string }>(
        "select session_id from verified_sessions where expires_at <= ?",
        this.#deps.now(),
      )
      .toArray()
      .map((row) => row.session_id);
  }

  /** When the next session expires; null when none is stored. */
  get nextExpiryAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>("select min(expires_at) as at from verified_sessions")
      .toArray();
    return row?.at ?? null;
  }
}
