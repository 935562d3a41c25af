/**
 * What a post's room has been told and has not sent yet. Written before the delivery is acknowledged, so that a crash
 * between the two loses nothing; emptied in the same transaction that writes the merged frame into the log.
 */
import { type PostChange, postChangeSchema } from "../../protocol/post-events.ts";
import { LOG_KEPT_MS } from "../kit/event-log.ts";
import { DAY_MS, type Deps, type Sql } from "../kit/sql.ts";

/** Limits of one frame; the rest waits for the next. */
export const FRAME_MAX_CHANGES = 500;
export const FRAME_MAX_CHARS = 256_000;

export interface Waiting {
  /** The newest row taken, to be handed to `remove`. */
  upTo: number;
  /** When the newest change became true (ISO 8601). */
  at: string;
  changes: PostChange[];
}

export class Inbox {
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    sql.exec(
      "create table if not exists inbox (n integer primary key, at text not null, change text not null)",
    );
    sql.exec(
      "create table if not exists deleted_words (id text primary key, deleted_at text not null, noted_at integer not null) without rowid",
    );
  }

  get isEmpty(): boolean {
    return this.#sql.exec("select 1 as one from inbox limit 1").toArray().length === 0;
  }

  add(change: PostChange, at: string): void {
    this.#sql.exec("insert into inbox (at, change) values (?, ?)", at, JSON.stringify(change));
    if (change.type === "comment.deleted" || change.type === "post.deleted") {
      const deletedAt = change.type === "comment.deleted" ? change.data.deletedAt : at;
      this.#sql.exec(
        "insert or replace into deleted_words values (?, ?, ?)",
        change.data.id,
        deletedAt,
        this.#deps.now(),
      );
    }
  }

  /** The oldest changes that fit into one frame; null when nothing waits. */
  peek(): Waiting | null {
    const rows = this.#sql
      .exec<{ n: number; at: string; change: string }>(
        "select n, at, change from inbox order by n limit ?",
        FRAME_MAX_CHANGES,
      )
      .toArray();
    const waiting: Waiting = { upTo: 0, at: "", changes: [] };
    let chars = 0;
    for (const row of rows) {
      chars += row.change.length;
      if (waiting.upTo > 0 && chars > FRAME_MAX_CHARS) break;
      waiting.upTo = row.n;
      if (row.at > waiting.at) waiting.at = row.at;
      // A row of an earlier version that cannot be read any more must not keep the room from starting.
      const change = postChangeSchema.safeParse(JSON.parse(row.change));
      if (change.success) waiting.changes.push(change.data);
    }
    return rows.length > 0 ? waiting : null;
  }

  clear(): void {
    this.#sql.exec("delete from inbox");
    this.#sql.exec("delete from deleted_words");
  }

  remove(upTo: number): void {
    this.#sql.exec("delete from inbox where n <= ?", upTo);
  }

  /** When a comment or an answer was deleted, as far as the log reaches back; null when it was not. */
  deletedAt(id: string): string | null {
    const [row] = this.#sql
      .exec<{ deleted_at: string }>("select deleted_at from deleted_words where id = ?", id)
      .toArray();
    return row?.deleted_at ?? null;
  }

  trim(): void {
    // A day longer than the log: whatever it still holds stays buried.
    this.#sql.exec("delete from deleted_words where noted_at < ?", this.#deps.now() - LOG_KEPT_MS - DAY_MS);
  }
}
