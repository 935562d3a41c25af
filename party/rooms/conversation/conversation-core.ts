/**
 * A conversation without its sockets: what may be said, where it stands, who is to hear. Every method here is one
 * synchronous step; the room runs each in one transaction together with the event it makes.
 */

import type { Message, MessageAck } from "../../../db/views/conversation.view.ts";
import type { ConversationSnapshot, StoredMessage } from "../../outbox/conversation-snapshot.ts";
import type { NewMessage } from "../../protocol/conversation-commands.ts";
import { REQUEST_MESSAGES_MAX } from "../../protocol/limits.ts";
import type { ChangeCommand, Refused } from "../../rpc.ts";
import { DAY_MS, type Deps, type Sql } from "../kit/sql.ts";
import { fromStored, inOrder, Messages } from "./messages.ts";
import { Numbers } from "./receipts.ts";
import { Roster, refused } from "./roster.ts";

/** Unstored messages beyond this many are refused until Postgres has taken some. */
export const BACKLOG_MAX = 5_000;
/** Of these one person's: whoever talks without end while Postgres is away silences nobody else. */
export const BACKLOG_OF_ONE_MAX = 2_500;
export const EDIT_WINDOW_MS = DAY_MS;
/** Different emoji on one message. */
export const EMOJI_MAX = 20;

export type SendResult =
  /** `message` is null when it was said before: nothing is to be told. */
  { ok: true; ack: MessageAck; message: Message | null; data: string } | Refused;
/** `message` as it is now; null when it was so before. */
export type ChangeResult = { ok: true; message: Message | null } | Refused;

/** A new message; the room, unlike the wire, says "no answer to anything" by null. */
type Said = Omit<NewMessage, "replyTo"> & { replyTo?: number | null | undefined };

export interface RosterChange {
  isNewer: boolean;
  /** Those who were in it and no longer are. */
  left: string[];
  /** Those to whom other words are hidden now than before. */
  veiled: string[];
  notice: { message: Message; data: string } | null;
}

export class Conversation {
  readonly roster: Roster;
  readonly messages: Messages;
  readonly numbers: Numbers;
  readonly #deps: Deps;
  #last: Message | null = null;

  constructor(sql: Sql, deps: Deps) {
    this.#deps = deps;
    this.roster = new Roster(sql);
    this.messages = new Messages(sql);
    this.numbers = new Numbers(sql);
    this.#recount();
  }

  /** To be called when a transaction was rolled back: nothing remembered may be true. */
  reload(): void {
    this.roster.reload();
    this.messages.reload();
    this.numbers.reload();
    this.#last = null;
    this.#recount();
  }

  /** The newest message or notice. */
  get last(): Message | null {
    if (this.#last?.seq !== this.messages.head) this.#last = this.messages.at(this.messages.head);
    return this.#last;
  }

  /** Begins with what Postgres knows; `tail` are its newest messages. */
  begin(snapshot: ConversationSnapshot, tail: readonly StoredMessage[]): void {
    const messages = tail.map((message) => fromStored(snapshot.id, message));
    this.messages.begin(snapshot.lastSeq, messages);
    this.roster.take(snapshot);
    for (const person of snapshot.participants) this.numbers.seat(person);
    this.numbers.persist(this.messages.head);
  }

  send(userId: string, { clientId, body, replyTo = null }: Said): SendResult {
    const refusal = this.#mayNotSend(userId);
    if (refusal) return this.sendAgain(userId, { clientId, body, replyTo }) ?? refusal;
    if (replyTo !== null && replyTo > this.messages.head)
      return refused("NOT_FOUND", "nothing there to answer");
    const message = this.#next({ kind: "text", senderId: userId, clientId, body, replyTo, notice: null });
    const data = JSON.stringify(message);
    if (!this.messages.append(message, data)) {
      return (
        this.#sentBefore(userId, { clientId, body, replyTo }) ??
        refused("CONFLICT", "this id was used before")
      );
    }
    this.#last = message;
    this.#count(message.seq, message.createdAt, userId);
    return { ok: true, ack: ackOf(message), message, data };
  }

  /** The answer to what was said under this id before, also when nothing new may be said; null when nothing was. */
  sendAgain(userId: string, { clientId, body, replyTo = null }: Said): SendResult | null {
    return this.roster.people.has(userId) ? this.#sentBefore(userId, { clientId, body, replyTo }) : null;
  }

  /** Null when the message is kept by Postgres alone: to be fetched, kept (`messages.keep`) and asked again. */
  change(userId: string, command: ChangeCommand): ChangeResult | null {
    switch (command.type) {
      case "message.edit":
        return this.#edit(userId, command.seq, command.body);
      case "message.delete":
        return this.#delete(userId, command.seq);
      case "message.react":
        return this.#react(userId, command);
      default:
        return command satisfies never;
    }
  }

  #edit(userId: string, seq: number, body: string): ChangeResult | null {
    return this.#change(userId, seq, (message) => {
      const refusal = this.roster.refusal(userId, "message.edit");
      if (refusal) return refusal;
      if (message.senderId !== userId) return refused("FORBIDDEN", "somebody else's words");
      if (message.isDeleted) return refused("GONE", "deleted");
      if (this.#deps.now() - Date.parse(message.createdAt) > EDIT_WINDOW_MS) {
        return refused("FORBIDDEN", "too late to edit");
      }
      return message.body === body ? message : { ...message, body, editedAt: this.#at() };
    });
  }

  /** The place stays, the words go. */
  #delete(userId: string, seq: number): ChangeResult | null {
    return this.#change(userId, seq, (message) => {
      const isOwn = message.senderId === userId;
      const refusal = this.roster.refusal(userId, isOwn ? "message.delete" : "message.deleteOthers");
      if (refusal) return refusal;
      if (message.isDeleted) return message;
      for (const viewerId of this.#unreadFor(message.senderId)) {
        const numbers = this.numbers.get(viewerId);
        if (numbers && numbers.readSeq < seq) {
          this.numbers.setUnread(viewerId, Math.max(0, numbers.unread - 1));
        }
      }
      return { ...message, body: "", reactions: [], isDeleted: true };
    });
  }

  #react(
    userId: string,
    { seq, emoji, isOn }: Extract<ChangeCommand, { type: "message.react" }>,
  ): ChangeResult | null {
    return this.#change(userId, seq, (message) => {
      const refusal = this.roster.refusal(userId, "message.react");
      if (refusal) return refusal;
      if (message.isDeleted) return refused("GONE", "deleted");
      if (message.senderId && this.roster.isGroup && this.roster.hiddenFrom(userId).has(message.senderId)) {
        return refused("NOT_FOUND", "hidden");
      }
      const given = message.reactions.find((reaction) => reaction.emoji === emoji);
      if ((given?.userIds.includes(userId) ?? false) === isOn) return message;
      if (isOn && !given && message.reactions.length >= EMOJI_MAX) {
        return refused("CONFLICT", `at most ${EMOJI_MAX} different emoji`);
      }
      const others = given?.userIds.filter((id) => id !== userId) ?? [];
      const userIds = isOn ? [...others, userId] : others;
      const rest = message.reactions.filter((reaction) => reaction.emoji !== emoji);
      return { ...message, reactions: userIds.length > 0 ? inOrder([...rest, { emoji, userIds }]) : rest };
    });
  }

  /** It is on one of the person's devices. False when that was known. */
  deliver(userId: string, seq: number): boolean {
    return this.numbers.deliver(userId, Math.min(seq, this.messages.head), this.#at());
  }

  /** The person has looked at it. False when that was known. */
  read(userId: string, seq: number): boolean {
    const to = Math.min(seq, this.messages.head);
    return this.numbers.read(userId, to, this.#at(), () => this.#unreadAfter(userId, to));
  }

  /** Takes a roster that Postgres has written; what caused it is said once, however often the row comes. */
  takeRoster(snapshot: ConversationSnapshot, rowId: string): RosterChange {
    const { roster, numbers } = this;
    if (!roster.isKnown) {
      this.begin(snapshot, []);
      return { isNewer: true, left: [], veiled: [], notice: this.#say(snapshot.cause, rowId) };
    }
    const before = new Map(
      [...roster.people.keys()].map((id) => [id, [...roster.hiddenFrom(id)].sort().join()]),
    );
    const isNewer = roster.take(snapshot);
    const left = isNewer ? [...before.keys()].filter((id) => !roster.people.has(id)) : [];
    const veiled: string[] = [];
    if (isNewer) {
      for (const person of roster.people.values()) {
        numbers.seat(person);
        const hidden = before.get(person.id);
        if (hidden === undefined || hidden === [...roster.hiddenFrom(person.id)].sort().join()) continue;
        veiled.push(person.id);
        numbers.setUnread(person.id, this.#unreadAfter(person.id, numbers.get(person.id)?.readSeq ?? 0));
      }
      for (const id of left) {
        numbers.unseat(id);
        numbers.owe(id, this.#deps.now());
      }
    }
    return { isNewer, left, veiled, notice: this.#say(snapshot.cause, rowId) };
  }

  #say(cause: ConversationSnapshot["cause"], rowId: string): RosterChange["notice"] {
    if (!cause) return null;
    const { actorId, ...notice } = cause;
    const message = this.#next({
      kind: "notice",
      senderId: actorId,
      clientId: rowId,
      body: "",
      replyTo: null,
      notice,
    });
    const data = JSON.stringify(message);
    if (!this.messages.append(message, data)) return null;
    this.#last = message;
    return { message, data };
  }

  #mayNotSend(userId: string): Refused | null {
    const refusal = this.roster.refusal(userId, "message.send");
    if (refusal) return refusal;
    const { backlog } = this.messages;
    const isFull = backlog >= BACKLOG_OF_ONE_MAX && this.messages.backlogOf(userId) >= BACKLOG_OF_ONE_MAX;
    if (isFull || backlog >= BACKLOG_MAX) return refused("UNAVAILABLE", "too much is waiting to be stored");
    return this.roster.isWaiting && this.messages.saidBy(userId) >= REQUEST_MESSAGES_MAX
      ? refused("FORBIDDEN", "wait for an answer")
      : null;
  }

  #sentBefore(
    userId: string,
    { clientId, ...words }: { clientId: string; body: string; replyTo: number | null },
  ): SendResult | null {
    const sent = this.messages.sent(userId, clientId, words);
    if (!sent) return null;
    if (!sent.isSame) return refused("CONFLICT", "something else was said under this id");
    return { ok: true, ack: { clientId, seq: sent.seq, id: sent.id, at: sent.at }, message: null, data: "" };
  }

  #next(words: Pick<Message, "kind" | "senderId" | "clientId" | "body" | "replyTo" | "notice">): Message {
    return {
      id: this.#deps.newId(),
      conversationId: this.roster.view.id,
      seq: this.messages.head + 1,
      ...words,
      reactions: [],
      createdAt: this.#at(),
      editedAt: null,
      isDeleted: false,
      isHidden: false,
      version: 1,
    };
  }

  #change(userId: string, seq: number, change: (message: Message) => Message | Refused): ChangeResult | null {
    const refusal = this.roster.refusal(userId, "conversation.read");
    if (refusal) return refusal;
    if (seq > this.messages.head) return refused("NOT_FOUND", "no such message");
    const message = this.messages.at(seq);
    if (!message) return null;
    if (message.kind === "notice") return refused("FORBIDDEN", "not anybody's words");
    const changed = change(message);
    if ("ok" in changed) return changed;
    if (changed === message) return { ok: true, message: null };
    const next = { ...changed, version: message.version + 1 };
    this.messages.change(next);
    if (this.#last?.seq === seq) this.#last = next;
    return { ok: true, message: next };
  }

  /** Time never runs backwards in a conversation, whatever the machine's clock does. */
  #at(): string {
    const lastMs = Date.parse(this.messages.lastAt) || 0;
    return new Date(Math.max(this.#deps.now(), lastMs)).toISOString();
  }

  #count(seq: number, at: string, senderId: string): void {
    this.numbers.countMessage(seq, at, senderId, this.#unreadFor(senderId));
  }

  /** Those for whom a sender's messages count as unread: not who muted or blocked them. */
  *#unreadFor(senderId: string | null): Iterable<string> {
    for (const userId of this.roster.people.keys()) {
      if (userId === senderId) continue;
      if (senderId === null || !this.roster.hiddenFrom(userId).has(senderId)) yield userId;
    }
  }

  #unreadAfter(userId: string, seq: number): number {
    if (seq >= this.messages.head) return 0;
    return this.messages.countAfter(seq, [userId, ...this.roster.hiddenFrom(userId)]);
  }

  /** After a crash: messages are written down with their acks, the counting follows; here it catches up. */
  #recount(): void {
    if (!this.roster.isKnown || this.messages.head === this.numbers.countedTo) return;
    for (const { seq, senderId, at, counts } of this.messages.sendersAfter(this.numbers.countedTo)) {
      if (counts) this.#count(seq, at, senderId);
    }
    for (const userId of this.roster.people.keys()) this.numbers.owe(userId, this.#deps.now());
    this.numbers.persist(this.messages.head);
  }
}

function ackOf({ clientId, seq, id, createdAt }: Message): MessageAck {
  return { clientId: clientId ?? "", seq, id, at: createdAt };
}
