/**
 * A room's numbered event log in SQLite. A client that was disconnected sends its position and receives exactly the events that it
 * has missed, or a resync when the log no longer has them.
 *
 * - `epoch` is created once with the storage, so that a seq of a deleted storage is never taken for a seq of this one.
 * - `seq` is dense: each appended event gets the next number.
 * - An event with a collapse key gets the next number and deletes the older event with the same key. It is not appended when the
 *   log already has a newer one (with a greater `order`).
 * - An event is appended once, however often its id is delivered.
 * - The log keeps the last LOG_KEPT_EVENTS of the last LOG_KEPT_MS.
 */

import type { Envelope } from "../../protocol/envelope.ts";
import type { Position } from "../../protocol/position.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import { SeenIds } from "./seen-ids.ts";
import { DAY_MS, type Deps, type Sql } from "./sql.ts";

export const LOG_KEPT_EVENTS = 1_000;
export const LOG_KEPT_MS = 7 * DAY_MS;
/** A client with a larger gap gets a resync: it costs less to read everything again. */
export const GAP_MAX_CHARS = 1_000_000;
const TRIM_EVERY_EVENTS = 50;

export interface NewEvent {
  id: string;
  type: string;
  /** ISO 8601, when it was committed in Postgres. */
  at: string;
  data: unknown;
  /** `order` is compared as text: of two events with one key the greater is newer. */
  collapse?: { key: string; order: string } | null;
}

export type Catchup =
  | { kind: "none"; epoch: string; seq: number }
  | { kind: "gap"; epoch: string; after: number; seq: number; events: Envelope[] }
  | { kind: "resync"; epoch: string; seq: number };

type EventRow = { seq: number; id: string; type: string; at: string; data: string };

export class EventLog {
  #epoch: string;
  /** The newest sequence number; null while it has not been read. */
  #head: number | null = null;
  readonly seen: SeenIds;
  readonly #sql: Sql;
  readonly #deps: Deps;

  constructor(sql: Sql, deps: Deps) {
    this.#sql = sql;
    this.#deps = deps;
    this.seen = new SeenIds(sql, deps);
    sql.exec(
      "create table if not exists log_events (seq integer primary key, id text not null, type text not null, " +
        "at text not null, data text not null, collapse_key text, collapse_order text, logged_at integer not null)",
    );
    sql.exec(
      "create unique index if not exists log_events_collapse on log_events (collapse_key) where collapse_key is not null",
    );
    // One row. `trimmed_through` is the seq of the last event that was deleted.
    sql.exec(
      "create table if not exists log_meta (one integer primary key check (one = 1), epoch text not null, trimmed_through integer not null)",
    );
    sql.exec("insert into log_meta values (1, ?, 0) on conflict do nothing", deps.newId());
    this.#epoch = this.#meta().epoch;
  }

  /** Identifies this log; a position with another epoch gets a resync. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The sequence number of the newest event; 0 before the first. */
  get head(): number {
    this.#head ??=
      this.#sql.exec<{ seq: number | null }>("select max(seq) as seq from log_events").toArray()[0]?.seq ??
      this.#meta().trimmedThrough;
    return this.#head;
  }

  /** Has to be called after a rollback, because the memory may contain what was not stored. */
  reload(): void {
    this.#head = null;
  }

  /** Milliseconds since the newest event was appended; LOG_KEPT_MS when there is none. */
  get idleMs(): number {
    const [row] = this.#sql
      .exec<{ at: number }>("select logged_at as at from log_events order by seq desc limit 1")
      .toArray();
    return row ? Math.max(0, this.#deps.now() - row.at) : LOG_KEPT_MS;
  }

  /** True when no event is stored. */
  get isEmpty(): boolean {
    return this.#sql.exec("select 1 as one from log_events limit 1").toArray().length === 0;
  }

  /** Appends an event and returns its envelope. Null when it was appended before, or when a newer event has its collapse key. */
  append(event: NewEvent): Envelope | null {
    if (this.seen.has(event.id)) return null;
    const { collapse } = event;
    if (collapse) {
      const [newer] = this.#sql
        .exec(
          "select 1 as one from log_events where collapse_key = ? and collapse_order > ?",
          collapse.key,
          collapse.order,
        )
        .toArray();
      if (newer) {
        this.seen.add(event.id);
        return null;
      }
    }
    const data = JSON.stringify(event.data ?? null);
    const seq = this.#insert({ ...event, data });
    this.seen.add(event.id);
    return {
      v: PROTOCOL_VERSION,
      id: event.id,
      seq,
      type: event.type,
      at: event.at,
      data: event.data ?? null,
    };
  }

  /**
   * Appends an event that the room itself creates, not an outbox row. It cannot be delivered twice, so that its id is not stored
   * in `seen`. `data` is JSON. Returns the envelope as JSON. Replaces an older event with the same `collapseKey`.
   */
  appendOwn(
    type: string,
    at: string,
    data: string,
    collapseKey: string | null = null,
    id: string = this.#deps.newId(),
  ): string {
    const collapse = collapseKey === null ? null : { key: collapseKey, order: "" };
    const seq = this.#insert({ id, type, at, data, collapse });
    return `{"v":${PROTOCOL_VERSION},"id":"${id}","seq":${seq},"type":"${type}","at":"${at}","data":${data}}`;
  }

  /** Replaces the data (JSON) of all events of these types about the message with this seq. For deleted messages. */
  rewrite(types: readonly string[], messageSeq: number, data: string): void {
    this.#sql.exec(
      "update log_events set data = ? where type in (select value from json_each(?)) and json_extract(data, '$.seq') = ?",
      data,
      JSON.stringify(types),
      messageSeq,
    );
  }

  /** The events that a client at `position` has missed. */
  since(position: Position | null): Catchup {
    const { epoch } = this;
    const seq = this.head;
    if (!position || position.epoch !== epoch || position.seq > seq) return { kind: "resync", epoch, seq };
    if (position.seq === seq) return { kind: "none", epoch, seq };
    if (position.seq < this.#meta().trimmedThrough) return { kind: "resync", epoch, seq };
    const [size] = this.#sql
      .exec<{ chars: number }>(
        "select sum(length(data)) as chars from log_events where seq > ?",
        position.seq,
      )
      .toArray();
    if ((size?.chars ?? 0) > GAP_MAX_CHARS) return { kind: "resync", epoch, seq };
    const events = this.#sql
      .exec<EventRow>(
        "select seq, id, type, at, data from log_events where seq > ? order by seq",
        position.seq,
      )
      .toArray()
      .map(toEnvelope);
    return { kind: "gap", epoch, after: position.seq, seq, events };
  }

  /** Deletes the events beyond LOG_KEPT_EVENTS and LOG_KEPT_MS. */
  trim(): void {
    const [last] = this.#sql
      .exec<{ seq: number | null }>(
        "select max(seq) as seq from (select seq from (select seq from log_events order by seq desc limit -1 offset ?) " +
          "union all select seq from log_events where logged_at < ?)",
        LOG_KEPT_EVENTS,
        this.#deps.now() - LOG_KEPT_MS,
      )
      .toArray();
    if (last?.seq) this.forgetUpTo(last.seq);
    this.seen.trim();
  }

  /** Deletes all events up to and including `seq`; clients at an earlier position get a resync. */
  forgetUpTo(seq: number): void {
    this.#sql.exec("update log_meta set trimmed_through = max(trimmed_through, ?)", seq);
    this.#sql.exec("delete from log_events where seq <= ?", seq);
  }

  /** Empties the log and changes the epoch. To be called before events are dropped: every client that resumes gets a resync. */
  restart(): void {
    this.#epoch = this.#deps.newId();
    this.#sql.exec("delete from log_events");
    this.#sql.exec("update log_meta set epoch = ?, trimmed_through = 0", this.#epoch);
    this.#head = 0;
  }

  #insert({ id, type, at, data, collapse }: Omit<NewEvent, "data"> & { data: string }): number {
    const seq = this.head + 1;
    if (collapse) this.#sql.exec("delete from log_events where collapse_key = ?", collapse.key);
    this.#sql.exec(
      "insert into log_events (seq, id, type, at, data, collapse_key, collapse_order, logged_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
      seq,
      id,
      type,
      at,
      data,
      collapse?.key ?? null,
      collapse?.order ?? null,
      this.#deps.now(),
    );
    this.#head = seq;
    if (seq % TRIM_EVERY_EVENTS === 0) this.trim();
    return seq;
  }

  #meta(): { epoch: string; trimmedThrough: number } {
    const [row] = this.#sql
      .exec<{ epoch: string; trimmedThrough: number }>(
        "select epoch, trimmed_through as trimmedThrough from log_meta",
      )
      .toArray();
    if (!row) throw new Error("log_meta has no row");
    return row;
  }
}

function toEnvelope(row: EventRow): Envelope {
  // Not parsed by zod: this class has written it from validated data.
  const data: unknown = JSON.parse(row.data);
  return { v: PROTOCOL_VERSION, id: row.id, seq: row.seq, type: row.type, at: row.at, data };
}
