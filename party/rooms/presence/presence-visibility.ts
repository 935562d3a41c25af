/**
 * Who may see the presence of whom. A person's visibility is read from Postgres once and stored here, and read again after a
 * change. Until it has been read, only the person sees their own presence.
 */
import type { Audience } from "../../../db/views/presence.view.ts";
import type { Sql } from "../kit/sql.ts";

/** The visibility of one person in Postgres. */
export interface Visibility {
  userId: string;
  audience: Audience;
  /** The people in the audiences `mutuals` and `chosen`. */
  allowed: readonly string[];
  /** Blocked, in either direction. */
  hidden: readonly string[];
}

/**
 * An SQL condition over a table or subquery `p` with the column `user_id`: true when `viewer` (a column or a parameter) may see
 * the presence of that person. A blocked viewer may not, whatever the audience is.
 */
export const maySee = (viewer: string) => `(p.user_id = ${viewer} or exists (
  select 1 from visibility v where v.user_id = p.user_id
    and (v.audience = 'everyone' or exists (
      select 1 from visibility_people a where a.user_id = p.user_id and a.other_id = ${viewer} and a.is_hidden = 0))
    and not exists (
      select 1 from visibility_people h where h.user_id = p.user_id and h.other_id = ${viewer} and h.is_hidden = 1)))`;

export class PresenceVisibility {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    // `audience` is null while it has to be read from Postgres.
    sql.exec("create table if not exists visibility (user_id text primary key, audience text) without rowid");
    sql.exec(
      "create table if not exists visibility_people (user_id text not null, other_id text not null, is_hidden integer not null, " +
        "primary key (user_id, other_id)) without rowid",
    );
  }

  /** Whether this person's visibility is stored here or will be read from Postgres. */
  isTracked(userId: string): boolean {
    return this.#sql.exec("select 1 as one from visibility where user_id = ?", userId).toArray().length > 0;
  }

  /** To be called when the visibility has changed. Until the next `store` nobody else sees this person. */
  invalidate(userId: string): void {
    this.#deletePeople(userId);
    this.#sql.exec("insert or replace into visibility values (?, null)", userId);
  }

  /** The people whose visibility has to be read from Postgres. */
  invalidated(): string[] {
    return this.#sql
      .exec<{ user_id: string }>("select user_id from visibility where audience is null")
      .toArray()
      .map((row) => row.user_id);
  }

  store({ userId, audience, allowed, hidden }: Visibility): void {
    this.#deletePeople(userId);
    this.#sql.exec("insert or replace into visibility values (?, ?)", userId, audience);
    const listed = audience === "mutuals" || audience === "chosen" ? allowed : [];
    // Hidden people are inserted last, so that they replace allowed ones.
    for (const [people, isHidden] of [
      [listed, 0],
      [hidden, 1],
    ] as const) {
      this.#sql.exec(
        "insert or replace into visibility_people select ?, value, ? from json_each(?)",
        userId,
        isHidden,
        JSON.stringify(people),
      );
    }
  }

  /** For an account that was deleted. */
  delete(userId: string): void {
    this.#deletePeople(userId);
    this.#sql.exec("delete from visibility where user_id = ?", userId);
  }

  #deletePeople(userId: string): void {
    this.#sql.exec("delete from visibility_people where user_id = ?", userId);
  }
}
