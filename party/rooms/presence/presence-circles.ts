/**
 * Who may see whether a person is here. A person's circle is read from Postgres once, kept, and read again when it is told
 * that it changed. While it is not known, nobody but the person sees anything.
 */
import type { Audience } from "../../../db/views/presence.view.ts";
import type { Sql } from "../kit/sql.ts";

/** Of one person, as Postgres has it. */
export interface Circle {
  userId: string;
  audience: Audience;
  /** For the audiences `mutuals` and `chosen`: who they are. */
  allowed: readonly string[];
  /** A block stands between them, whoever made it. */
  hidden: readonly string[];
}

/**
 * For SQL over a table or subquery `p` with `user_id`: true when `viewer` (a column or a parameter) may see that person.
 * A block hides even from who is allowed.
 */
export const sees = (viewer: string) => `(p.user_id = ${viewer} or exists (
  select 1 from circles c where c.user_id = p.user_id
    and (c.audience = 'everyone' or exists (
      select 1 from circle_people a where a.user_id = p.user_id and a.other_id = ${viewer} and a.is_hidden = 0))
    and not exists (
      select 1 from circle_people h where h.user_id = p.user_id and h.other_id = ${viewer} and h.is_hidden = 1)))`;

export class Circles {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    // Audience null: asked for and not here yet.
    sql.exec("create table if not exists circles (user_id text primary key, audience text) without rowid");
    sql.exec(
      "create table if not exists circle_people (user_id text not null, other_id text not null, is_hidden integer not null, " +
        "primary key (user_id, other_id)) without rowid",
    );
  }

  isKnown(userId: string): boolean {
    return (
      this.#sql
        .exec("select 1 as one from circles where user_id = ? and audience is not null", userId)
        .toArray().length > 0
    );
  }

  /** Whether this person's circle was ever asked for. */
  isKept(userId: string): boolean {
    return this.#sql.exec("select 1 as one from circles where user_id = ?", userId).toArray().length > 0;
  }

  /** What was known is not to be relied on any more; until the next `keep` nobody sees this person. */
  distrust(userId: string): void {
    this.#forgetPeople(userId);
    this.#sql.exec("insert or replace into circles values (?, null)", userId);
  }

  /** Asked for and not here. */
  wanted(): string[] {
    return this.#sql
      .exec<{ user_id: string }>("select user_id from circles where audience is null")
      .toArray()
      .map((row) => row.user_id);
  }

  keep({ userId, audience, allowed, hidden }: Circle): void {
    this.#forgetPeople(userId);
    this.#sql.exec("insert or replace into circles values (?, ?)", userId, audience);
    const listed = audience === "mutuals" || audience === "chosen" ? allowed : [];
    // Hidden last: it counts more.
    for (const [people, isHidden] of [
      [listed, 0],
      [hidden, 1],
    ] as const) {
      this.#sql.exec(
        "insert or replace into circle_people select ?, value, ? from json_each(?)",
        userId,
        isHidden,
        JSON.stringify(people),
      );
    }
  }

  /** The account is gone. */
  forget(userId: string): void {
    this.#forgetPeople(userId);
    this.#sql.exec("delete from circles where user_id = ?", userId);
  }

  #forgetPeople(userId: string): void {
    this.#sql.exec("delete from circle_people where user_id = ?", userId);
  }
}
