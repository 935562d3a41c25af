/** Who shares being in which cell, until when. There are cells here and no coordinates: nobody ever tells them. */
import { NEARBY_MAX } from "../nearby-address.ts";
import type { Deps, Sql } from "./storage.ts";

export class NearbyMembers {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists members (user_id text primary key, cell text not null, expires_at integer not null) without rowid",
    );
    sql.exec("create index if not exists members_expiry on members (expires_at)");
  }

  /** Until `expiresAt` (milliseconds since 1970); in the place of an earlier cell. */
  join(userId: string, cell: string, expiresAt: number): void {
    this.#sql.exec("insert or replace into members values (?, ?, ?)", userId, cell, expiresAt);
  }

  leave(userId: string): void {
    this.#sql.exec("delete from members where user_id = ?", userId);
  }

  /** Everybody but `userId` whose cell lies in one of these or around it; the latest first. */
  near(userId: string, cells: readonly string[]): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "select user_id as id from members where user_id <> ? and expires_at > ? and exists (select 1 from json_each(?) c " +
          "where substr(members.cell, 1, length(c.value)) = c.value or substr(c.value, 1, length(members.cell)) = members.cell) " +
          "order by expires_at desc limit ?",
        userId,
        this.#deps.now(),
        JSON.stringify(cells),
        NEARBY_MAX,
      )
      .toArray()
      .map((row) => row.id);
  }

  trim(): void {
    this.#sql.exec("delete from members where expires_at <= ?", this.#deps.now());
  }

  /** When the next one's time ends; null when nobody is here. */
  get nextEndAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>("select min(expires_at) as at from members")
      .toArray();
    return row?.at ?? null;
  }
}
