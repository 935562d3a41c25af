/**
 * The state of each member: delivered and read pointers, unread count, and the revision that the account's room has
 * acknowledged. Held in memory and flushed to SQLite after the messages: what a crash leaves out is recounted from them.
 * Pointers only grow.
 */
import type { ConversationPayload } from "../../outbox/conversation-snapshot.ts";
import type { Sql } from "../kit/sql.ts";
import type { RosterMember } from "./roster.ts";

/**
 * A revision may be sent before it is stored, but never one that is more than half of this ahead of the stored ones. A room that
 * starts adds this to what it reads, so that no revision is given twice, whatever its clock says.
 */
export const REVISION_LEEWAY = 10_000;

export interface MemberState {
  deliveredSeq: number;
  /** ISO 8601, by the room's clock. */
  deliveredAt: string | null;
  readSeq: number;
  readAt: string | null;
  unread: number;
  /** Grows with every change that the account's room has to receive. */
  rev: number;
  /** The newest revision that the account's room has acknowledged. */
  acknowledgedRev: number;
  /** No longer a member: the row is kept until the account's room has acknowledged it. */
  hasLeft: boolean;
}

interface Entry extends MemberState {
  /** SQLite has an older state. */
  isDirty: boolean;
  /** Postgres has older pointers. */
  isUnarchived: boolean;
}

type Row = {
  user_id: string;
  delivered_seq: number;
  delivered_at: string | null;
  read_seq: number;
  read_at: string | null;
  unread: number;
  rev: number;
  acknowledged_rev: number;
  has_left: number;
  is_unarchived: number;
};

type Pointers = ConversationPayload["pointers"];

export class MemberStates {
  readonly #sql: Sql;
  readonly #entries = new Map<string, Entry>();
  #isDirty = false;
  /** Messages up to this seq are counted in what SQLite has. */
  #countedTo = 0;
  #rev = 0;
  /** The greatest revision that SQLite may have. */
  #storedRev = 0;
  /** A read pointer has moved that is not in SQLite yet. */
  #hasUnstoredRead = false;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists member_states (user_id text primary key, delivered_seq integer not null, delivered_at text, " +
        "read_seq integer not null, read_at text, unread integer not null, rev integer not null, acknowledged_rev integer not null, " +
        "has_left integer not null, is_unarchived integer not null) without rowid",
    );
    sql.exec(
      "create table if not exists member_states_meta (one integer primary key check (one = 1), counted_to integer not null)",
    );
    sql.exec("insert into member_states_meta values (1, 0) on conflict do nothing");
    this.reload();
  }

  /** Reads everything: at the start, and after a transaction was rolled back. */
  reload(): void {
    this.#entries.clear();
    this.#isDirty = false;
    for (const row of this.#sql.exec<Row>("select * from member_states").toArray()) {
      this.#entries.set(row.user_id, {
        deliveredSeq: row.delivered_seq,
        deliveredAt: row.delivered_at,
        readSeq: row.read_seq,
        readAt: row.read_at,
        unread: row.unread,
        rev: row.rev,
        acknowledgedRev: row.acknowledged_rev,
        hasLeft: row.has_left === 1,
        isDirty: false,
        isUnarchived: row.is_unarchived === 1,
      });
      this.#rev = Math.max(this.#rev, row.rev);
    }
    this.#storedRev = this.#rev;
    if (this.#rev > 0) this.#rev += REVISION_LEEWAY;
    const [meta] = this.#sql
      .exec<{ counted_to: number }>("select counted_to from member_states_meta")
      .toArray();
    this.#countedTo = meta?.counted_to ?? 0;
  }

  /** Messages after this seq are not counted in what was read from SQLite. */
  get countedTo(): number {
    return this.#countedTo;
  }

  get(userId: string): MemberState | undefined {
    return this.#entries.get(userId);
  }

  /** Adds a member, who may have been one before. Pointers from Postgres count where they are further. */
  add(member: RosterMember): void {
    const known = this.#entries.get(member.id);
    if (known && !known.hasLeft) {
      if (member.deliveredSeq > known.deliveredSeq) {
        known.deliveredSeq = member.deliveredSeq;
        known.deliveredAt = member.deliveredAt;
        this.#markDirty(known);
      }
      if (member.readSeq > known.readSeq) {
        known.readSeq = member.readSeq;
        known.readAt = member.readAt;
        this.#markDirty(known);
      }
      return;
    }
    const { deliveredSeq, deliveredAt, readSeq, readAt, unread } = member;
    this.#entries.set(member.id, {
      deliveredSeq,
      deliveredAt,
      readSeq,
      readAt,
      unread,
      rev: known?.rev ?? 0,
      acknowledgedRev: known?.acknowledgedRev ?? 0,
      hasLeft: false,
      isDirty: true,
      isUnarchived: known?.isUnarchived ?? false,
    });
    this.#isDirty = true;
  }

  /** Removes a member; the account's room still has to acknowledge it. */
  remove(userId: string): void {
    const entry = this.#entries.get(userId);
    if (!entry || entry.hasLeft) return;
    entry.hasLeft = true;
    entry.isUnarchived = false;
    this.#markDirty(entry);
  }

  /** Counts a message as unread for `unreadFor`, and moves the pointers of its sender. */
  countMessage(seq: number, at: string, senderId: string | null, unreadFor: Iterable<string>): void {
    for (const userId of unreadFor) {
      const entry = this.#entries.get(userId);
      if (!entry || entry.readSeq >= seq) continue;
      entry.unread += 1;
      this.#markUnarchived(entry);
    }
    const sender = senderId === null ? undefined : this.#entries.get(senderId);
    if (!sender || sender.readSeq >= seq) return;
    sender.deliveredSeq = Math.max(sender.deliveredSeq, seq);
    sender.deliveredAt = at;
    sender.readSeq = seq;
    sender.readAt = at;
    sender.unread = 0;
    this.#markUnarchived(sender);
  }

  /** Moves the delivered pointer; false when it was there already. */
  deliver(userId: string, seq: number, at: string): boolean {
    const entry = this.#entries.get(userId);
    if (!entry || entry.hasLeft || entry.deliveredSeq >= seq) return false;
    entry.deliveredSeq = seq;
    entry.deliveredAt = at;
    this.#markUnarchived(entry);
    return true;
  }

  /** Moves the read pointer; false when it was there already. `unread` counts what comes after it. */
  read(userId: string, seq: number, at: string, unread: () => number): boolean {
    const entry = this.#entries.get(userId);
    if (!entry || entry.hasLeft || entry.readSeq >= seq) return false;
    this.deliver(userId, seq, at);
    entry.readSeq = seq;
    entry.readAt = at;
    entry.unread = unread();
    this.#hasUnstoredRead = true;
    this.#markUnarchived(entry);
    return true;
  }

  setUnread(userId: string, unread: number): void {
    const entry = this.#entries.get(userId);
    if (!entry || entry.unread === unread) return;
    entry.unread = unread;
    this.#markUnarchived(entry);
  }

  /** Gives the member's state a new revision, greater than any before and than the clock. */
  bumpRevision(userId: string, now: number): void {
    const entry = this.#entries.get(userId);
    if (!entry) return;
    this.#rev = Math.max(this.#rev + 1, now);
    entry.rev = this.#rev;
    this.#markDirty(entry);
  }

  /** The account's room has everything up to this revision. */
  acknowledge(userId: string, rev: number): void {
    const entry = this.#entries.get(userId);
    if (!entry || entry.acknowledgedRev >= rev) return;
    entry.acknowledgedRev = rev;
    this.#markDirty(entry);
  }

  /** Members whose account's room lacks their newest revision. */
  unacknowledged(): string[] {
    return [...this.#entries].flatMap(([userId, { rev, acknowledgedRev }]) =>
      rev > acknowledgedRev ? userId : [],
    );
  }

  get hasUnarchived(): boolean {
    for (const { isUnarchived } of this.#entries.values()) if (isUnarchived) return true;
    return false;
  }

  /** The pointers that Postgres does not have yet. */
  unarchived(): Pointers {
    const pointers: Pointers = [];
    for (const [userId, entry] of this.#entries) {
      if (!entry.isUnarchived) continue;
      const { deliveredSeq, deliveredAt, readSeq, readAt, unread } = entry;
      pointers.push({ userId, deliveredSeq, deliveredAt, readSeq, readAt, unread });
    }
    return pointers;
  }

  /** Postgres has these pointers. Those that have moved since stay unarchived. */
  markArchived(pointers: Pointers): void {
    for (const { userId, deliveredSeq, readSeq, unread } of pointers) {
      const entry = this.#entries.get(userId);
      if (!entry?.isUnarchived || entry.unread !== unread) continue;
      if (entry.deliveredSeq !== deliveredSeq || entry.readSeq !== readSeq) continue;
      entry.isUnarchived = false;
      this.#markDirty(entry);
    }
  }

  /**
   * To be called before revisions are sent: flushes when too many are not stored, or when a read pointer is not. Unlike an unread
   * count, a read pointer could not be recounted from the messages.
   */
  flushBeforeSending(head: number): void {
    if (this.#hasUnstoredRead || this.#rev - this.#storedRev >= REVISION_LEEWAY / 2) this.flush(head);
  }

  /** Writes every changed state to SQLite. `head`: the newest message that is counted in them. */
  flush(head: number): void {
    if (!this.#isDirty && head === this.#countedTo) return;
    const rows: unknown[][] = [];
    const removed: string[] = [];
    for (const [userId, entry] of this.#entries) {
      if (!entry.isDirty) continue;
      entry.isDirty = false;
      if (entry.hasLeft && entry.acknowledgedRev >= entry.rev) removed.push(userId);
      else rows.push(toRow(userId, entry));
    }
    this.#sql.exec(
      "insert or replace into member_states select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, " +
        "value ->> 6, value ->> 7, value ->> 8, value ->> 9 from json_each(?)",
      JSON.stringify(rows),
    );
    if (removed.length > 0) {
      this.#sql.exec(
        "delete from member_states where user_id in (select value from json_each(?))",
        JSON.stringify(removed),
      );
      for (const userId of removed) this.#entries.delete(userId);
    }
    if (head !== this.#countedTo) this.#sql.exec("update member_states_meta set counted_to = ?", head);
    this.#countedTo = head;
    this.#storedRev = this.#rev;
    this.#hasUnstoredRead = false;
    this.#isDirty = false;
  }

  #markDirty(entry: Entry): void {
    entry.isDirty = true;
    this.#isDirty = true;
  }

  #markUnarchived(entry: Entry): void {
    entry.isUnarchived = true;
    this.#markDirty(entry);
  }
}

function toRow(userId: string, entry: Entry): unknown[] {
  const { deliveredSeq, deliveredAt, readSeq, readAt, unread, rev, acknowledgedRev } = entry;
  return [
    userId,
    deliveredSeq,
    deliveredAt,
    readSeq,
    readAt,
    unread,
    rev,
    acknowledgedRev,
    entry.hasLeft ? 1 : 0,
    entry.isUnarchived ? 1 : 0,
  ];
}
