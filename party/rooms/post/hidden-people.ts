/**
 * Whose words each viewer of a post must not see. The list comes with the socket (read from Postgres a moment before) and
 * is moved by live changes. When the two cross, whatever hides wins: who was hidden a moment ago stays so, whatever the list
 * says, and who is on the list is hidden, whatever came before; seeing too little heals with the next list.
 */
import type { RelationChange } from "../../rpc.ts";
import type { Deps, Sql } from "../kit/sql.ts";

export const LIVE_CHANGE_KEPT_MS = 5 * 60_000;

export class HiddenPeople {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    // row_order is empty for what came with a list, else the outbox row's id.
    sql.exec(
      "create table if not exists hidden_people (viewer_id text not null, other_id text not null, is_hidden integer not null, " +
        "row_order text not null, noted_at integer not null, primary key (viewer_id, other_id)) without rowid",
    );
    sql.exec("create index if not exists hidden_people_other on hidden_people (other_id)");
  }

  /** The viewer's whole list, as Postgres has it. */
  replace(viewerId: string, otherIds: readonly string[]): void {
    const now = this.#deps.now();
    this.#sql.exec(
      "delete from hidden_people where viewer_id = ? and (row_order = '' or is_hidden = 0 or noted_at < ?)",
      viewerId,
      now - LIVE_CHANGE_KEPT_MS,
    );
    this.#sql.exec(
      "insert into hidden_people select ?, value, 1, '', ? from json_each(?) where true on conflict do nothing",
      viewerId,
      now,
      JSON.stringify(otherIds),
    );
  }

  /** One change; an older one than is known changes nothing. */
  change(viewerId: string, { otherId, isHidden, order }: RelationChange): void {
    this.#sql.exec(
      "insert into hidden_people values (?, ?, ?, ?, ?) on conflict do update set is_hidden = excluded.is_hidden, " +
        "row_order = excluded.row_order, noted_at = excluded.noted_at where excluded.row_order >= hidden_people.row_order",
      viewerId,
      otherId,
      isHidden ? 1 : 0,
      order,
      this.#deps.now(),
    );
  }

  isHidden(viewerId: string, otherId: string): boolean {
    return (
      this.#sql
        .exec(
          "select 1 as one from hidden_people where viewer_id = ? and other_id = ? and is_hidden = 1",
          viewerId,
          otherId,
        )
        .toArray().length > 0
    );
  }

  hiddenFrom(viewerId: string): Set<string> {
    const rows = this.#sql
      .exec<{ other_id: string }>(
        "select other_id from hidden_people where viewer_id = ? and is_hidden = 1",
        viewerId,
      )
      .toArray();
    return new Set(rows.map((row) => row.other_id));
  }

  /** For each viewer who must not see one of these authors, which of them. */
  viewersWithout(authorIds: readonly string[]): Map<string, Set<string>> {
    const viewers = new Map<string, Set<string>>();
    if (authorIds.length === 0) return viewers;
    const rows = this.#sql
      .exec<{ viewer_id: string; other_id: string }>(
        "select viewer_id, other_id from hidden_people where is_hidden = 1 and other_id in (select value from json_each(?))",
        JSON.stringify(authorIds),
      )
      .toArray();
    for (const row of rows) {
      const hidden = viewers.get(row.viewer_id) ?? new Set();
      viewers.set(row.viewer_id, hidden.add(row.other_id));
    }
    return viewers;
  }

  /** Forgets the lists of viewers who are gone, but not one that was told just before its socket comes. */
  forgetExcept(presentViewerIds: readonly string[]): void {
    this.#sql.exec(
      "delete from hidden_people where noted_at < ? and viewer_id not in (select value from json_each(?))",
      this.#deps.now() - LIVE_CHANGE_KEPT_MS,
      JSON.stringify(presentViewerIds),
    );
  }
}
