/**
 * The authors that each viewer of a post must not see. The list is read from Postgres before a socket opens, and then updated by
 * live changes. List and changes may arrive in the wrong order, and then the author stays hidden: a recent change that hides an
 * author is kept although the list does not contain them, and an author on the list is hidden although a recent change showed
 * them. The next list corrects it.
 */
import type { RelationChange } from "../../rpc.ts";
import type { Deps, Sql } from "../kit/sql.ts";

/** For this long a list does not replace a live change that hides, because the list may be older. */
export const LIVE_CHANGE_KEPT_MS = 5 * 60_000;

export class HiddenAuthors {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    // `row_order`: the id of the outbox row of a live change; empty for rows of a list.
    sql.exec(
      "create table if not exists hidden_authors (viewer_id text not null, author_id text not null, is_hidden integer not null, " +
        "row_order text not null, noted_at integer not null, primary key (viewer_id, author_id)) without rowid",
    );
    sql.exec("create index if not exists hidden_authors_author on hidden_authors (author_id)");
  }

  /** Replaces the viewer's list by the one from Postgres. */
  replace(viewerId: string, authorIds: readonly string[]): void {
    const now = this.#deps.now();
    this.#sql.exec(
      "delete from hidden_authors where viewer_id = ? and (row_order = '' or is_hidden = 0 or noted_at < ?)",
      viewerId,
      now - LIVE_CHANGE_KEPT_MS,
    );
    this.#sql.exec(
      "insert into hidden_authors select ?, value, 1, '', ? from json_each(?) where true on conflict do nothing",
      viewerId,
      now,
      JSON.stringify(authorIds),
    );
  }

  /** Applies one live change, unless a newer one was applied. */
  change(viewerId: string, { otherId, isHidden, order }: RelationChange): void {
    this.#sql.exec(
      "insert into hidden_authors values (?, ?, ?, ?, ?) on conflict do update set is_hidden = excluded.is_hidden, " +
        "row_order = excluded.row_order, noted_at = excluded.noted_at where excluded.row_order >= hidden_authors.row_order",
      viewerId,
      otherId,
      isHidden ? 1 : 0,
      order,
      this.#deps.now(),
    );
  }

  isHidden(viewerId: string, authorId: string): boolean {
    return (
      this.#sql
        .exec(
          "select 1 as one from hidden_authors where viewer_id = ? and author_id = ? and is_hidden = 1",
          viewerId,
          authorId,
        )
        .toArray().length > 0
    );
  }

  hiddenFrom(viewerId: string): Set<string> {
    const rows = this.#sql
      .exec<{ author_id: string }>(
        "select author_id from hidden_authors where viewer_id = ? and is_hidden = 1",
        viewerId,
      )
      .toArray();
    return new Set(rows.map((row) => row.author_id));
  }

  /** The viewers who must not see some of these authors, each with those authors. */
  hiddenAmong(authorIds: readonly string[]): Map<string, Set<string>> {
    const byViewer = new Map<string, Set<string>>();
    if (authorIds.length === 0) return byViewer;
    const rows = this.#sql
      .exec<{ viewer_id: string; author_id: string }>(
        "select viewer_id, author_id from hidden_authors where is_hidden = 1 and author_id in (select value from json_each(?))",
        JSON.stringify(authorIds),
      )
      .toArray();
    for (const row of rows) {
      const hidden = byViewer.get(row.viewer_id) ?? new Set();
      byViewer.set(row.viewer_id, hidden.add(row.author_id));
    }
    return byViewer;
  }

  /** Deletes the lists of viewers without a socket. A recent list is kept, because its socket may be about to open. */
  deleteExcept(presentViewerIds: readonly string[]): void {
    this.#sql.exec(
      "delete from hidden_authors where noted_at < ? and viewer_id not in (select value from json_each(?))",
      this.#deps.now() - LIVE_CHANGE_KEPT_MS,
      JSON.stringify(presentViewerIds),
    );
  }
}
