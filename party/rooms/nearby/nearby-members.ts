/** The people of a NearbyRoom with their geohash cells. Coordinates never leave the device. */

import { IDS_MAX } from "../../protocol/limits.ts";
import type { Deps, Sql } from "../kit/sql.ts";
import type { NearbyChange } from "./nearby-publisher.ts";

type MemberRow = { user_id: string; cell: string };

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

  /** Stores a cell until `expiresAt` (milliseconds since 1970), instead of an earlier one. Returns the changes to publish. */
  join(userId: string, cell: string, expiresAt: number): NearbyChange[] {
    const before = this.#cellOf(userId);
    this.#sql.exec("insert or replace into members values (?, ?, ?)", userId, cell, expiresAt);
    if (before === cell) return [];
    return [{ userId, cell }, ...(before === null ? [] : [{ userId, cell: before }])];
  }

  /** Returns the changes to publish. */
  leave(userId: string): NearbyChange[] {
    return this.#sql
      .exec<MemberRow>("delete from members where user_id = ? returning user_id, cell", userId)
      .toArray()
      .map(changeOf);
  }

  /** Everybody but `userId` whose cell is inside one of these or contains it. Who expires last comes first. */
  near(userId: string, cells: readonly string[]): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "select user_id as id from members where user_id <> ? and expires_at > ? and exists (select 1 from json_each(?) c " +
          "where substr(members.cell, 1, length(c.value)) = c.value or substr(c.value, 1, length(members.cell)) = members.cell) " +
          "order by expires_at desc limit ?",
        userId,
        this.#deps.now(),
        JSON.stringify(cells),
        IDS_MAX,
      )
      .toArray()
      .map((row) => row.id);
  }

  /** Everybody who shares a cell here, those who expire last first. At most IDS_MAX. */
  viewers(): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "select user_id as id from members where expires_at > ? order by expires_at desc limit ?",
        this.#deps.now(),
        IDS_MAX,
      )
      .toArray()
      .map((row) => row.id);
  }

  /** Deletes expired rows. Returns the changes to publish. */
  deleteExpired(): NearbyChange[] {
    return this.#sql
      .exec<MemberRow>("delete from members where expires_at <= ? returning user_id, cell", this.#deps.now())
      .toArray()
      .map(changeOf);
  }

  /** When the next row expires; null when there is none. */
  get nextExpiryAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>("select min(expires_at) as at from members")
      .toArray();
    return row?.at ?? null;
  }

  #cellOf(userId: string): string | null {
    const [row] = this.#sql
      .exec<{ cell: string }>(
        "select cell from members where user_id = ? and expires_at > ?",
        userId,
        this.#deps.now(),
      )
      .toArray();
    return row?.cell ?? null;
  }
}

const changeOf = (row: MemberRow): NearbyChange => ({ userId: row.user_id, cell: row.cell });
