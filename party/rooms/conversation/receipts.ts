/**
 * How far each person has got: what reached them, what they have read, what is unread, and whether their account's room
 * knows. Kept in memory and written behind the messages: what a crash leaves out is counted again from the messages.
 * Pointers only grow.
 */
import type { ConversationPayload } from "../../outbox/conversation-snapshot.ts";
import type { Sql } from "../kit/sql.ts";
import type { RosterPerson } from "./roster.ts";

/**
 * A rev is told before it is written down, but never one that is half of this beyond what is written: a room that starts again
 * begins so far beyond what it finds, and gives none a second time, whatever its clock says.
 */
export const REV_LEEWAY = 10_000;

export interface PersonNumbers {
  deliveredSeq: number;
  /** ISO 8601, by the room's clock. */
  deliveredAt: string | null;
  readSeq: number;
  readAt: string | null;
  unread: number;
  /** Grows with every change that the person's account has to hear of. */
  rev: number;
  /** The rev that the account's room has taken. */
  toldRev: number;
  /** No longer in it: kept until their account's room knows. */
  isOut: boolean;
}

type Row = {
  user_id: string;
  delivered_seq: number;
  delivered_at: string | null;
  read_seq: number;
  read_at: string | null;
  unread: number;
  rev: number;
  told_rev: number;
  is_out: number;
  is_unstored: number;
};

export class Numbers {
  readonly #sql: Sql;
  readonly #people = new Map<string, PersonNumbers>();
  /** Not yet in SQLite as they are. */
  readonly #changed = new Set<string>();
  /** Not yet in Postgres as they are. */
  readonly #unstored = new Set<string>();
  /** Messages up to here are counted in what SQLite has. */
  #countedTo = 0;
  #rev = 0;
  /** The greatest rev that SQLite may have. */
  #writtenRev = 0;
  /** Somebody's reading is not in SQLite yet. */
  #hasRead = false;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists people (user_id text primary key, delivered_seq integer not null, delivered_at text, " +
        "read_seq integer not null, read_at text, unread integer not null, rev integer not null, told_rev integer not null, " +
        "is_out integer not null, is_unstored integer not null) without rowid",
    );
    sql.exec(
      "create table if not exists people_marks (one integer primary key check (one = 1), counted_to integer not null)",
    );
    sql.exec("insert into people_marks values (1, 0) on conflict do nothing");
    this.reload();
  }

  /** Reads everything anew: at the start, and when a transaction was rolled back. */
  reload(): void {
    this.#people.clear();
    this.#changed.clear();
    this.#unstored.clear();
    for (const row of this.#sql.exec<Row>("select * from people").toArray()) {
      this.#people.set(row.user_id, {
        deliveredSeq: row.delivered_seq,
        deliveredAt: row.delivered_at,
        readSeq: row.read_seq,
        readAt: row.read_at,
        unread: row.unread,
        rev: row.rev,
        toldRev: row.told_rev,
        isOut: row.is_out === 1,
      });
      if (row.is_unstored === 1) this.#unstored.add(row.user_id);
      this.#rev = Math.max(this.#rev, row.rev);
    }
    this.#writtenRev = this.#rev;
    if (this.#rev > 0) this.#rev += REV_LEEWAY;
    const [marks] = this.#sql.exec<{ counted_to: number }>("select counted_to from people_marks").toArray();
    this.#countedTo = marks?.counted_to ?? 0;
  }

  /** Messages after this place are not counted yet in what was read from SQLite. */
  get countedTo(): number {
    return this.#countedTo;
  }

  get(userId: string): PersonNumbers | undefined {
    return this.#people.get(userId);
  }

  entries(): IterableIterator<[string, PersonNumbers]> {
    return this.#people.entries();
  }

  /** Takes a person in, or back; what Postgres knows counts where it is further. */
  seat(person: RosterPerson): void {
    const known = this.#people.get(person.id);
    if (known && !known.isOut) {
      if (person.deliveredSeq > known.deliveredSeq) {
        known.deliveredSeq = person.deliveredSeq;
        known.deliveredAt = person.deliveredAt;
        this.#changed.add(person.id);
      }
      if (person.readSeq > known.readSeq) {
        known.readSeq = person.readSeq;
        known.readAt = person.readAt;
        this.#changed.add(person.id);
      }
      return;
    }
    const { deliveredSeq, deliveredAt, readSeq, readAt, unread } = person;
    const { rev, toldRev } = known ?? { rev: 0, toldRev: 0 };
    this.#people.set(person.id, {
      deliveredSeq,
      deliveredAt,
      readSeq,
      readAt,
      unread,
      rev,
      toldRev,
      isOut: false,
    });
    this.#changed.add(person.id);
  }

  /** The person is out; their account still has to hear of it. */
  unseat(userId: string): void {
    const known = this.#people.get(userId);
    if (!known || known.isOut) return;
    known.isOut = true;
    this.#unstored.delete(userId);
    this.#changed.add(userId);
  }

  /** A message came: it is unread for those who are told of it, and read by whoever said it. */
  countMessage(seq: number, at: string, senderId: string | null, unreadFor: Iterable<string>): void {
    for (const userId of unreadFor) {
      const person = this.#people.get(userId);
      if (!person || person.readSeq >= seq) continue;
      person.unread += 1;
      this.#note(userId);
    }
    const sender = senderId === null ? undefined : this.#people.get(senderId);
    if (senderId !== null && sender && sender.readSeq < seq) {
      sender.deliveredSeq = Math.max(sender.deliveredSeq, seq);
      sender.deliveredAt = at;
      sender.readSeq = seq;
      sender.readAt = at;
      sender.unread = 0;
      this.#note(senderId);
    }
  }

  /** It reached one of the person's devices; false when that was known. */
  deliver(userId: string, seq: number, at: string): boolean {
    const person = this.#people.get(userId);
    if (!person || person.isOut || person.deliveredSeq >= seq) return false;
    person.deliveredSeq = seq;
    person.deliveredAt = at;
    this.#note(userId);
    return true;
  }

  /** The person has read up to a place; false when that was known. `unread` counts what came after it. */
  read(userId: string, seq: number, at: string, unread: (person: PersonNumbers) => number): boolean {
    const person = this.#people.get(userId);
    if (!person || person.isOut || person.readSeq >= seq) return false;
    this.deliver(userId, seq, at);
    person.readSeq = seq;
    person.readAt = at;
    person.unread = unread(person);
    this.#hasRead = true;
    this.#note(userId);
    return true;
  }

  setUnread(userId: string, unread: number): void {
    const person = this.#people.get(userId);
    if (!person || person.unread === unread) return;
    person.unread = unread;
    this.#note(userId);
  }

  /** The person's account has to hear; answers the new rev, later than any before and than any clock it was made by. */
  owe(userId: string, now: number): void {
    const person = this.#people.get(userId);
    if (!person) return;
    this.#rev = Math.max(this.#rev + 1, now);
    person.rev = this.#rev;
    this.#changed.add(userId);
  }

  /** The person's account has heard of everything up to this rev. */
  told(userId: string, rev: number): void {
    const person = this.#people.get(userId);
    if (!person || person.toldRev >= rev) return;
    person.toldRev = rev;
    this.#changed.add(userId);
  }

  /** Those whose accounts have not heard of everything. */
  owed(): string[] {
    return [...this.#people].flatMap(([userId, { rev, toldRev }]) => (rev > toldRev ? userId : []));
  }

  get hasUnstored(): boolean {
    return this.#unstored.size > 0;
  }

  /** What Postgres does not have yet. */
  unstored(): ConversationPayload["pointers"] {
    return [...this.#unstored].flatMap((userId) => {
      const person = this.#people.get(userId);
      if (!person) return [];
      const { deliveredSeq, deliveredAt, readSeq, readAt, unread } = person;
      return { userId, deliveredSeq, deliveredAt, readSeq, readAt, unread };
    });
  }

  /** Postgres has these; what moved meanwhile goes on waiting. */
  markStored(pointers: ConversationPayload["pointers"]): void {
    for (const { userId, deliveredSeq, readSeq, unread } of pointers) {
      const person = this.#people.get(userId);
      const isSame =
        person?.deliveredSeq === deliveredSeq && person.readSeq === readSeq && person.unread === unread;
      if (isSame && this.#unstored.delete(userId)) this.#changed.add(userId);
    }
  }

  /** To be called before revs are told. What somebody has read nothing else brings back, so it is written first. */
  persistRevs(head: number): void {
    if (this.#hasRead || this.#rev - this.#writtenRev >= REV_LEEWAY / 2) this.persist(head);
  }

  /** Writes down what changed. `head`: the newest message that is counted in it. */
  persist(head: number): void {
    if (this.#changed.size === 0 && head === this.#countedTo) return;
    const rows: unknown[][] = [];
    const gone: string[] = [];
    for (const userId of this.#changed) {
      const person = this.#people.get(userId);
      if (!person || (person.isOut && person.toldRev >= person.rev)) gone.push(userId);
      else rows.push(toRow(userId, person, this.#unstored.has(userId)));
    }
    this.#sql.exec(
      "insert or replace into people select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, " +
        "value ->> 6, value ->> 7, value ->> 8, value ->> 9 from json_each(?)",
      JSON.stringify(rows),
    );
    if (gone.length > 0) {
      this.#sql.exec(
        "delete from people where user_id in (select value from json_each(?))",
        JSON.stringify(gone),
      );
      for (const userId of gone) this.#people.delete(userId);
    }
    if (head !== this.#countedTo) this.#sql.exec("update people_marks set counted_to = ?", head);
    this.#countedTo = head;
    this.#writtenRev = this.#rev;
    this.#hasRead = false;
    this.#changed.clear();
  }

  #note(userId: string): void {
    this.#changed.add(userId);
    this.#unstored.add(userId);
  }
}

function toRow(userId: string, person: PersonNumbers, isUnstored: boolean): unknown[] {
  const { deliveredSeq, deliveredAt, readSeq, readAt, unread, rev, toldRev, isOut } = person;
  return [
    userId,
    deliveredSeq,
    deliveredAt,
    readSeq,
    readAt,
    unread,
    rev,
    toldRev,
    isOut ? 1 : 0,
    isUnstored ? 1 : 0,
  ];
}
