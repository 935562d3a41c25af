/**
 * A conversation's messages in the room's SQLite: the write-ahead log of what Postgres does not have yet, and the newest messages
 * that it has.
 *
 * - `seq` is dense: 1, 2, 3, ... for text messages and notices alike.
 * - The client id of a message is kept for ever, with a digest of its text: a message that is sent again is recognised.
 * - Messages after `archivedSeq` are not in Postgres yet. ChangedMessages has those that are there in an older version.
 * - From `completeFrom` on every message is here. An older one may be here when it was changed.
 */
import type { Message } from "../../../db/views/conversation.view.ts";
import type { Sql } from "../kit/sql.ts";
import { ChangedMessages } from "./changed-messages.ts";
import { digestOf } from "./stored-message.ts";

/** Archived messages that the room keeps, to answer the first pages without Postgres. */
export const ARCHIVED_MESSAGES_KEPT = 500;
/** Trimming deletes at least this many at a time. */
const TRIM_BATCH_MESSAGES = 100;

export interface SentMessage {
  id: string;
  seq: number;
  at: string;
  /** False: another text was sent under this client id. */
  isSame: boolean;
}

interface Meta extends Record<string, number> {
  archivedSeq: number;
  completeFrom: number;
}

const INSERT =
  "insert into messages (seq, sender_id, client_id, digest, id, at, counts, data) values (?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_NEW = `${INSERT} on conflict (sender_id, client_id) do nothing returning seq`;
const INSERT_ARCHIVED = `${INSERT} on conflict (seq) do update set data = coalesce(messages.data, excluded.data)`;

export class Messages {
  readonly #sql: Sql;
  readonly #changed: ChangedMessages;
  #head = 0;
  #lastAt = "";
  #meta: Meta = { archivedSeq: 0, completeFrom: 1 };

  constructor(sql: Sql) {
    this.#sql = sql;
    // `data` is null when the message is in Postgres only. A notice has no sender; its client id is the id of its outbox row.
    // `counts` is 1 while the message counts as unread for those who have not read it.
    sql.exec(
      "create table if not exists messages (seq integer primary key, sender_id text not null, client_id text not null, " +
        "digest text not null, id text not null, at text not null, counts integer not null, data text, unique (sender_id, client_id))",
    );
    sql.exec(
      "create table if not exists messages_meta (one integer primary key check (one = 1), archived_seq integer not null, " +
        "complete_from integer not null)",
    );
    sql.exec("insert into messages_meta values (1, 0, 1) on conflict do nothing");
    this.#changed = new ChangedMessages(sql);
    this.#read();
  }

  /** Reads what is held in memory: at the start, and after a transaction was rolled back. */
  reload(): void {
    this.#changed.reload();
    this.#read();
  }

  #read(): void {
    const [newest] = this.#sql
      .exec<{ seq: number; at: string }>("select seq, at from messages order by seq desc limit 1")
      .toArray();
    const [meta] = this.#sql
      .exec<Meta>("select archived_seq as archivedSeq, complete_from as completeFrom from messages_meta")
      .toArray();
    if (!meta) throw new Error("messages_meta has no row");
    this.#meta = meta;
    this.#head = newest?.seq ?? meta.archivedSeq;
    this.#lastAt = newest?.at ?? "";
  }

  /** The seq of the newest message; 0 before the first. */
  get head(): number {
    return this.#head;
  }

  /** When the newest message was sent (ISO 8601); empty before the first. */
  get lastAt(): string {
    return this.#lastAt;
  }

  /** The newest message that Postgres is known to have. */
  get archivedSeq(): number {
    return this.#meta.archivedSeq;
  }

  /** How many messages Postgres does not have. */
  get backlog(): number {
    return this.#head - this.#meta.archivedSeq;
  }

  /** How many messages of one sender Postgres does not have. */
  backlogOf(senderId: string): number {
    const [row] = this.#sql
      .exec<{ n: number }>(
        "select count(*) as n from messages where seq > ? and sender_id = ?",
        this.#meta.archivedSeq,
        senderId,
      )
      .toArray();
    return row?.n ?? 0;
  }

  /** The message that was sent under this client id; null when there is none. */
  sent(
    senderId: string,
    clientId: string,
    text: { body: string; replyTo: number | null },
  ): SentMessage | null {
    const [row] = this.#sql
      .exec<{ id: string; seq: number; at: string; digest: string }>(
        "select id, seq, at, digest from messages where sender_id = ? and client_id = ?",
        senderId,
        clientId,
      )
      .toArray();
    if (!row) return null;
    // A digest without a dot was made by an earlier version, in another way: the client id alone has to do.
    const isSame = !row.digest.includes(".") || row.digest === digestOf(text);
    return { id: row.id, seq: row.seq, at: row.at, isSame };
  }

  /** How many messages this person has sent, deleted ones included. */
  countSentBy(senderId: string): number {
    const [row] = this.#sql
      .exec<{ n: number }>("select count(*) as n from messages where sender_id = ?", senderId)
      .toArray();
    return row?.n ?? 0;
  }

  /** Inserts the message with seq head + 1; false when its client id was used before. `data`: the message as JSON. */
  append(message: Message, data: string): boolean {
    const isText = message.kind === "text";
    const inserted = this.#sql
      .exec(
        INSERT_NEW,
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
    if (inserted.length === 0) return false;
    this.#head = message.seq;
    this.#lastAt = message.createdAt;
    return true;
  }

  /** Stores a new version of a message that is here. `data`: the message as JSON. */
  change(message: Message, data: string): void {
    this.#sql.exec(
      "update messages set data = ?, counts = ? where seq = ?",
      data,
      message.kind === "text" && !message.isDeleted ? 1 : 0,
      message.seq,
    );
    this.#changed.add(message);
  }

  /** A message by its seq; null when it is not stored here. */
  at(seq: number): Message | null {
    const [row] = this.#sql
      .exec<{ data: string | null }>("select data from messages where seq = ?", seq)
      .toArray();
    return row?.data ? parse(row.data) : null;
  }

  /** Stores messages that were read from Postgres. What is stored here already is newer and stays. */
  keep(messages: readonly Message[]): void {
    for (const message of messages) {
      const isText = message.kind === "text";
      this.#sql.exec(
        INSERT_ARCHIVED,
        message.seq,
        isText ? (message.senderId ?? "") : "",
        message.clientId ?? message.id,
        // After an edit or a deletion the text is not the one that was sent: the client id alone has to do.
        isText && message.version === 1 ? digestOf(message) : "",
        message.id,
        message.createdAt,
        isText && !message.isDeleted ? 1 : 0,
        JSON.stringify(message),
      );
    }
  }

  /** Starts with what Postgres has: its newest seq, and its newest messages without a gap. */
  start(lastSeq: number, messages: readonly Message[]): void {
    this.keep(messages);
    const oldest = messages.reduce((least, { seq }) => Math.min(least, seq), lastSeq + 1);
    this.#sql.exec("update messages_meta set archived_seq = ?, complete_from = ?", lastSeq, oldest);
    this.reload();
  }

  /** Messages before a seq, newest first, as far as they are stored here; `isWhole` when none in between is missing. */
  before(seq: number, limit: number): { messages: Message[]; isWhole: boolean } {
    const from = Math.max(1, Math.min(seq, this.#head + 1) - limit);
    const { completeFrom } = this.#meta;
    const messages = this.#sql
      .exec<{ data: string }>(
        "select data from messages where seq >= ? and seq < ? and data is not null order by seq desc",
        Math.max(from, completeFrom),
        seq,
      )
      .toArray()
      .map(({ data }) => parse(data));
    return { messages, isWhole: from >= completeFrom };
  }

  /** How many messages after a seq count as unread, without those of these senders. */
  countAfter(seq: number, withoutSenders: readonly string[]): number {
    const [row] = this.#sql
      .exec<{ n: number }>(
        "select count(*) as n from messages where seq > ? and counts = 1 and sender_id not in (select value from json_each(?))",
        seq,
        JSON.stringify(withoutSenders),
      )
      .toArray();
    return row?.n ?? 0;
  }

  /** The senders of the messages after a seq, oldest first. `counts`: the message counts as unread. */
  sendersAfter(seq: number): { seq: number; senderId: string; at: string; counts: boolean }[] {
    return this.#sql
      .exec<{ seq: number; sender_id: string; at: string; counts: number }>(
        "select seq, sender_id, at, counts from messages where seq > ? order by seq",
        seq,
      )
      .toArray()
      .map((row) => ({ seq: row.seq, senderId: row.sender_id, at: row.at, counts: row.counts === 1 }));
  }

  /** True while Postgres lacks a message or a version of one. */
  get isDirty(): boolean {
    return this.backlog > 0 || !this.#changed.isEmpty;
  }

  /** The oldest messages that Postgres does not have, or has in an older version. */
  unarchived(limit: number): Message[] {
    const { archivedSeq } = this.#meta;
    const changed = this.#changed.oldest(archivedSeq, limit).flatMap((seq) => this.at(seq) ?? []);
    const rows = this.#sql.exec<{ data: string | null }>(
      "select data from messages where seq > ? order by seq limit ?",
      archivedSeq,
      limit,
    );
    return [...changed, ...rows.toArray().flatMap(({ data }) => (data ? parse(data) : []))];
  }

  /** Postgres has these messages in these versions. A message that has changed since stays unarchived. */
  markArchived(messages: readonly { seq: number; version: number }[]): void {
    this.#changed.remove(messages);
    const newest = messages.reduce((most, { seq }) => Math.max(most, seq), this.#meta.archivedSeq);
    if (newest === this.#meta.archivedSeq) return;
    this.#meta.archivedSeq = newest;
    this.#sql.exec("update messages_meta set archived_seq = ?", newest);
    this.#trim();
  }

  /** Postgres refuses this message for good: it no longer delays others, and its data is kept here. */
  markRejected(message: { seq: number; version: number }): void {
    this.markArchived([message]);
    this.#changed.reject(message);
  }

  get hasRejected(): boolean {
    return this.#changed.hasRejected;
  }

  /** Makes the rejected messages unarchived again: the reason of their rejection may be gone. */
  retryRejected(): void {
    this.#changed.retryRejected();
  }

  #trim(): void {
    const completeFrom = this.#meta.archivedSeq - ARCHIVED_MESSAGES_KEPT + 1;
    if (completeFrom < this.#meta.completeFrom + TRIM_BATCH_MESSAGES) return;
    this.#meta.completeFrom = completeFrom;
    this.#sql.exec("update messages_meta set complete_from = ?", completeFrom);
    this.#sql.exec(
      "update messages set data = null where seq < ? and data is not null and seq not in (select seq from changed_messages) " +
        "and seq not in (select seq from rejected_messages)",
      completeFrom,
    );
  }
}

function parse(data: string): Message {
  // Written by this class, from messages that were validated on receipt or read from Postgres.
  return JSON.parse(data) as Message;
}
