/**
 * A conversation's messages in the room's SQLite: the write-ahead log of what Postgres does not have yet, and the last ones
 * of what it has.
 *
 * - `seq` is dense: 1, 2, 3, ... for messages and notices alike.
 * - A client's id of a message is kept for ever, with a fingerprint of what was said: sent again, it is the same message.
 * - Everything after `stored` waits for Postgres, and so does what is listed in `changed_messages`.
 * - From `floor` on all messages are here; what is older may be here, when somebody changed it.
 */
import type { Message } from "../../../db/views/conversation.view.ts";
import type { StoredMessage } from "../../outbox/conversation-snapshot.ts";
import type { Sql } from "../kit/sql.ts";
import { ParkedMessages } from "./parked.ts";

/** Messages that Postgres has and the room keeps all the same, to answer the first pages by itself. */
export const TAIL_KEPT = 500;
/** Forgotten are at least this many at a time. */
const TRIM_EVERY = 100;

export interface Sent {
  id: string;
  seq: number;
  at: string;
  /** False: under the same client id something else was said. */
  isSame: boolean;
}

interface Marks extends Record<string, number> {
  stored: number;
  floor: number;
}

export class Messages {
  readonly #sql: Sql;
  readonly parked: ParkedMessages;
  #head: number;
  #lastAt: string;
  #marks: Marks;

  constructor(sql: Sql) {
    this.#sql = sql;
    // Without `data` the message is in Postgres only. A notice has no sender; its client id is its outbox row's.
    // `counts`: 1 while it counts as unread for those who have not read so far.
    sql.exec(
      "create table if not exists messages (seq integer primary key, sender_id text not null, client_id text not null, " +
        "digest text not null, id text not null, at text not null, counts integer not null, data text, unique (sender_id, client_id))",
    );
    sql.exec(
      "create table if not exists changed_messages (seq integer primary key, version integer not null)",
    );
    this.parked = new ParkedMessages(sql);
    sql.exec(
      "create table if not exists message_marks (one integer primary key check (one = 1), stored integer not null, floor integer not null)",
    );
    sql.exec("insert into message_marks values (1, 0, 1) on conflict do nothing");
    [this.#head, this.#lastAt, this.#marks] = this.#read();
  }

  /** To be called when a transaction was rolled back. */
  reload(): void {
    [this.#head, this.#lastAt, this.#marks] = this.#read();
  }

  /** The place of the newest message; 0 before the first. */
  get head(): number {
    return this.#head;
  }

  /** When the newest message was said (ISO 8601); empty before the first. */
  get lastAt(): string {
    return this.#lastAt;
  }

  /** The newest message that Postgres is known to have. */
  get stored(): number {
    return this.#marks.stored;
  }

  /** How many messages Postgres does not have. */
  get backlog(): number {
    return this.#head - this.#marks.stored;
  }

  /** How many of somebody's messages Postgres does not have. */
  backlogOf(senderId: string): number {
    const [row] = this.#sql
      .exec<{ n: number }>(
        "select count(*) as n from messages where seq > ? and sender_id = ?",
        this.#marks.stored,
        senderId,
      )
      .toArray();
    return row?.n ?? 0;
  }

  /** What was sent under this client id before; null when nothing was. */
  sent(senderId: string, clientId: string, words: { body: string; replyTo: number | null }): Sent | null {
    const [row] = this.#sql
      .exec<{ id: string; seq: number; at: string; digest: string }>(
        "select id, seq, at, digest from messages where sender_id = ? and client_id = ?",
        senderId,
        clientId,
      )
      .toArray();
    if (!row) return null;
    // Without a dot it is an earlier version's, which reckoned otherwise.
    const isSame = !row.digest.includes(".") || row.digest === digestOf(words);
    return { id: row.id, seq: row.seq, at: row.at, isSame };
  }

  /** How many messages somebody has said here, deleted ones too. */
  saidBy(senderId: string): number {
    const [row] = this.#sql
      .exec<{ n: number }>("select count(*) as n from messages where sender_id = ?", senderId)
      .toArray();
    return row?.n ?? 0;
  }

  /** Writes the next message, whose `seq` is head + 1; false when its client id was used before. */
  append(message: Message, data: string): boolean {
    const isText = message.kind === "text";
    const taken = this.#sql
      .exec(
        "insert into messages (seq, sender_id, client_id, digest, id, at, counts, data) values (?, ?, ?, ?, ?, ?, ?, ?) " +
          "on conflict (sender_id, client_id) do nothing returning seq",
        message.seq,
        isText ? (message.senderId ?? "") : "",
        message.clientId ?? message.id,
        isText ? digestOf(message) : "",
        message.id,
        message.createdAt,
        isText ? 1 : 0,
        data,
      )
      .toArray();
    if (taken.length === 0) return false;
    this.#head = message.seq;
    this.#lastAt = message.createdAt;
    return true;
  }

  /** Writes a message that is here already as it is now. */
  change(message: Message): void {
    this.#sql.exec(
      "update messages set data = ?, counts = ? where seq = ?",
      JSON.stringify(message),
      message.kind === "text" && !message.isDeleted ? 1 : 0,
      message.seq,
    );
    this.#sql.exec("insert or replace into changed_messages values (?, ?)", message.seq, message.version);
  }

  /** A message by its place; null when it is not kept here. */
  at(seq: number): Message | null {
    const [row] = this.#sql
      .exec<{ data: string | null }>("select data from messages where seq = ?", seq)
      .toArray();
    return row?.data ? read(row.data) : null;
  }

  /** Takes messages that Postgres has. What is here already is newer and stays. */
  keep(messages: readonly Message[]): void {
    for (const message of messages) {
      const isText = message.kind === "text";
      this.#sql.exec(
        "insert into messages (seq, sender_id, client_id, digest, id, at, counts, data) values (?, ?, ?, ?, ?, ?, ?, ?) " +
          "on conflict (seq) do update set data = coalesce(messages.data, excluded.data)",
        message.seq,
        isText ? (message.senderId ?? "") : "",
        message.clientId ?? message.id,
        // What was edited or deleted is no longer what was sent: the id alone must do.
        isText && message.version === 1 ? digestOf(message) : "",
        message.id,
        message.createdAt,
        isText && !message.isDeleted ? 1 : 0,
        JSON.stringify(message),
      );
    }
  }

  /** Begins where Postgres ends: `messages` are its newest ones, down to the first that is known. */
  begin(lastSeq: number, messages: readonly Message[]): void {
    this.keep(messages);
    const oldest = messages.reduce((least, { seq }) => Math.min(least, seq), lastSeq + 1);
    this.#sql.exec("update message_marks set stored = ?, floor = ?", lastSeq, oldest);
    this.reload();
  }

  /** Messages before a place, newest first, as far as they are all here; `isWhole` when nothing in between is missing. */
  before(seq: number, limit: number): { messages: Message[]; isWhole: boolean } {
    const from = Math.max(1, Math.min(seq, this.#head + 1) - limit);
    const { floor } = this.#marks;
    const messages = this.#sql
      .exec<{ data: string }>(
        "select data from messages where seq >= ? and seq < ? and data is not null order by seq desc",
        Math.max(from, floor),
        seq,
      )
      .toArray()
      .map(({ data }) => read(data));
    return { messages, isWhole: from >= floor };
  }

  /** How many after a place count as unread, apart from what these people said. */
  countAfter(seq: number, without: readonly string[]): number {
    const [row] = this.#sql
      .exec<{ n: number }>(
        "select count(*) as n from messages where seq > ? and counts = 1 and sender_id not in (select value from json_each(?))",
        seq,
        JSON.stringify(without),
      )
      .toArray();
    return row?.n ?? 0;
  }

  /** The senders of what came after a place and counts, oldest first. */
  sendersAfter(seq: number): { seq: number; senderId: string; at: string; counts: boolean }[] {
    return this.#sql
      .exec<{ seq: number; sender_id: string; at: string; counts: number }>(
        "select seq, sender_id, at, counts from messages where seq > ? order by seq",
        seq,
      )
      .toArray()
      .map((row) => ({ seq: row.seq, senderId: row.sender_id, at: row.at, counts: row.counts === 1 }));
  }

  get hasChanges(): boolean {
    return (
      this.backlog > 0 || this.#sql.exec("select 1 as one from changed_messages limit 1").toArray().length > 0
    );
  }

  /** The oldest messages that Postgres does not have as they are here. */
  waiting(limit: number): Message[] {
    return this.#sql
      .exec<{ data: string | null }>(
        "select data from messages where seq in (select seq from (select seq from changed_messages where seq <= ? order by seq limit ?)) " +
          "union all select data from (select data from messages where seq > ? order by seq limit ?)",
        this.#marks.stored,
        limit,
        this.#marks.stored,
        limit,
      )
      .toArray()
      .flatMap(({ data }) => (data ? read(data) : []));
  }

  /** Postgres has these, in these versions. What changed meanwhile goes on waiting. */
  markStored(messages: readonly { seq: number; version: number }[]): void {
    this.#sql.exec(
      "delete from changed_messages where exists (select 1 from json_each(?) s " +
        "where s.value ->> 'seq' = changed_messages.seq and s.value ->> 'version' >= changed_messages.version)",
      JSON.stringify(messages.map(({ seq, version }) => ({ seq, version }))),
    );
    this.parked.remove(messages.map(({ seq }) => seq));
    const newest = messages.reduce((most, { seq }) => Math.max(most, seq), this.#marks.stored);
    if (newest > this.#marks.stored) {
      this.#marks.stored = newest;
      this.#sql.exec("update message_marks set stored = ?", newest);
    }
    this.#trim();
  }

  #trim(): void {
    const floor = this.#marks.stored - TAIL_KEPT + 1;
    if (floor < this.#marks.floor + TRIM_EVERY) return;
    this.#marks.floor = floor;
    this.#sql.exec("update message_marks set floor = ?", floor);
    this.#sql.exec(
      "update messages set data = null where seq < ? and data is not null and seq not in (select seq from changed_messages) " +
        "and seq not in (select seq from parked_messages)",
      floor,
    );
  }

  #read(): [head: number, lastAt: string, marks: Marks] {
    const [newest] = this.#sql
      .exec<{ seq: number; at: string }>("select seq, at from messages order by seq desc limit 1")
      .toArray();
    const [marks] = this.#sql.exec<Marks>("select stored, floor from message_marks").toArray();
    if (!marks) throw new Error("the messages have lost their marks");
    return [newest?.seq ?? marks.stored, newest?.at ?? "", marks];
  }
}

/** As a room hands it to Postgres. */
export function toStored({ conversationId: _, isHidden: __, reactions, ...message }: Message): StoredMessage {
  return {
    ...message,
    reactions: Object.fromEntries(reactions.map(({ emoji, userIds }) => [emoji, userIds])),
  };
}

export function fromStored(conversationId: string, { reactions, ...message }: StoredMessage): Message {
  return {
    ...message,
    conversationId,
    reactions: inOrder(Object.entries(reactions).map(([emoji, userIds]) => ({ emoji, userIds }))),
    isHidden: false,
  };
}

/** Reactions have one order everywhere. */
export function inOrder(reactions: Message["reactions"]): Message["reactions"] {
  return reactions.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1));
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Tells another text under the same id from the same text: two passes of FNV-1a (Fowler, Noll, Vo; 32 bits), from another
 * offset each. Only a sender's own mistake is looked for, which needs no cryptography on the way to an ack.
 */
function digestOf({ body, replyTo }: { body: string; replyTo: number | null }): string {
  const text = `${replyTo ?? ""}:${body}`;
  let one = FNV_OFFSET;
  let two = ~FNV_OFFSET;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, FNV_PRIME);
    two = Math.imul(two ^ unit, FNV_PRIME);
  }
  return `${one >>> 0}.${two >>> 0}.${text.length}`;
}

function read(data: string): Message {
  // Written by this class, from what was parsed at the room's door or by Postgres.
  return JSON.parse(data) as Message;
}
