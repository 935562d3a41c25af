/**
 * Changes of a post that were delivered and are not sent yet. They are stored before the delivery is acknowledged, so that a
 * crash loses none, and deleted in the transaction that appends the merged event to the log.
 */
import { type PostChange, postChangeSchema } from "../../protocol/post-events.ts";
import { LOG_KEPT_MS } from "../kit/event-log.ts";
import { DAY_MS, type Deps, type Sql } from "../kit/sql.ts";

/** Limits of one frame. Further changes wait for the next frame. */
export const FRAME_MAX_CHANGES = 500;
export const FRAME_MAX_CHARS = 256_000;

export interface PendingBatch {
  /** The newest row in the batch, which is the argument of `remove`. */
  upTo: number;
  /** When the newest change happened (ISO 8601). */
  at: string;
  changes: PostChange[];
}

export class PendingChanges {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists pending_changes (n integer primary key, at text not null, change text not null)",
    );
    sql.exec(
      "create table if not exists deletions (id text primary key, deleted_at text not null, noted_at integer not null) without rowid",
    );
  }

  get isEmpty(): boolean {
    return this.#sql.exec("select 1 as one from pending_changes limit 1").toArray().length === 0;
  }

  add(change: PostChange, at: string): void {
    this.#sql.exec("insert into pending_changes (at, change) values (?, ?)", at, JSON.stringify(change));
    this.recordDeletion(change, at);
  }

  /** Stores the time at which a comment or an answer was deleted. Ignores other changes. */
  recordDeletion(change: PostChange, at: string): void {
    if (change.type !== "comment.deleted" && change.type !== "post.deleted") return;
    const deletedAt = change.type === "comment.deleted" ? change.data.deletedAt : at;
    this.#sql.exec(
      "insert or replace into deletions values (?, ?, ?)",
      change.data.id,
      deletedAt,
      this.#deps.now(),
    );
  }

  /** The oldest changes that fit into one frame; null when none is pending. */
  peek(): PendingBatch | null {
    const rows = this.#sql
      .exec<{ n: number; at: string; change: string }>(
        "select n, at, change from pending_changes order by n limit ?",
        FRAME_MAX_CHANGES,
      )
      .toArray();
    const batch: PendingBatch = { upTo: 0, at: "", changes: [] };
    let chars = 0;
    for (const row of rows) {
      chars += row.change.length;
      if (batch.upTo > 0 && chars > FRAME_MAX_CHARS) break;
      batch.upTo = row.n;
      if (row.at > batch.at) batch.at = row.at;
      // Skips rows that an earlier version of this code has stored in another shape: the room must start all the same.
      const change = postChangeSchema.safeParse(JSON.parse(row.change));
      if (change.success) batch.changes.push(change.data);
    }
    return rows.length > 0 ? batch : null;
  }

  clear(): void {
    this.#sql.exec("delete from pending_changes");
    this.#sql.exec("delete from deletions");
  }

  remove(upTo: number): void {
    this.#sql.exec("delete from pending_changes where n <= ?", upTo);
  }

  /** When a comment or an answer was deleted; null when it was not, or longer ago than the log reaches back. */
  deletedAt(id: string): string | null {
    const [row] = this.#sql
      .exec<{ deleted_at: string }>("select deleted_at from deletions where id = ?", id)
      .toArray();
    return row?.deleted_at ?? null;
  }

  trim(): void {
    // Kept a day longer than events, which have to be redacted as long as they are in the log.
    this.#sql.exec("delete from deletions where noted_at < ?", this.#deps.now() - LOG_KEPT_MS - DAY_MS);
  }
}
