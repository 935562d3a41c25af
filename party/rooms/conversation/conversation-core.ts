/**
 * A conversation without sockets, timers or Postgres. `apply` takes each command once, changes what is stored, and answers what
 * the room has to do: reply, publish these events, flush what is dirty. The room runs it in one transaction with the append of
 * the events. Everything is synchronous.
 */
import type { Message, MessageAck } from "../../../db/views/conversation.view.ts";
import type { ConversationSnapshot, StoredMessage } from "../../outbox/conversation-snapshot.ts";
import type { NewMessage } from "../../protocol/conversation-commands.ts";
import { REQUEST_MESSAGES_MAX } from "../../protocol/limits.ts";
import type { ChangeCommand, Refused } from "../../rpc.ts";
import type { Deps, Sql } from "../kit/sql.ts";
import { TokenBucket } from "../kit/token-bucket.ts";
import type { TypingChange } from "./account-typing.ts";
import { MemberStates } from "./member-states.ts";
import { changeOf } from "./message-changes.ts";
import { Messages } from "./messages.ts";
import { ReceiptUpdates } from "./receipt-updates.ts";
import { Roster, refused } from "./roster.ts";
import { fromStored } from "./stored-message.ts";
import { Typing } from "./typing.ts";

/** Commands of one member, over all sockets and requests; the burst is for programs that send many messages at once. */
export const MEMBER_COMMANDS_PER_SECOND = 20;
export const MEMBER_COMMANDS_BURST = 200;
/** With more unarchived messages than this, new ones are refused until Postgres has taken some. */
export const BACKLOG_MAX = 5_000;
/** The part of the backlog that one member can fill, so that the others can still send. */
export const BACKLOG_OF_MEMBER_MAX = 2_500;

const tooFast = refused("RATE_LIMITED", `at most ${MEMBER_COMMANDS_PER_SECOND} messages a second`);

/** A new message; internally "no reply" is null, on the wire the field is absent. */
type MessageText = Omit<NewMessage, "replyTo"> & { replyTo?: number | null | undefined };

export type CoreCommand =
  | ({ type: "message.send"; userId: string } & MessageText)
  | (ChangeCommand & { userId: string })
  | { type: "receipt.delivered" | "receipt.read"; userId: string; seq: number }
  | { type: "typing.start" | "typing.stop"; userId: string }
  /** A roster from Postgres. `rowId`: the outbox row, which makes its notice unique. */
  | { type: "roster.snapshot"; snapshot: ConversationSnapshot; rowId: string };

export type Reply = { ok: true; ack: MessageAck | null } | Refused;

/** Events in the order in which they are appended. `data`: the message as JSON. */
export type CoreEvent =
  | { type: "message.created" | "message.changed"; message: Message; data: string }
  /** Each viewer is sent the roster as they see it. */
  | { type: "conversation.changed" };

/** What has to be flushed afterwards. */
export interface Dirty {
  /** What Postgres does not have yet; pointers may wait longer than messages. */
  readonly archive: "messages" | "pointers" | null;
  /** Whose member state the account's room lacks: everybody's, or that of the member who sent the command. */
  readonly memberStates: "all" | "own" | null;
  /** The accounts' rooms are notified without the usual delay. */
  readonly isUrgent: boolean;
  readonly receipts: boolean;
  /** An entry of `typing` has to expire. */
  readonly typing: boolean;
}

export interface Outcome {
  /** Null: the message is stored in Postgres only. It has to be loaded (`messages.keep`) and the command applied again. */
  reply: Reply | null;
  events: readonly CoreEvent[];
  dirty: Dirty;
  typing: TypingChange | null;
  /** Former members, whose sockets have to be closed. */
  left: readonly string[];
  /** Members of a group for whom other content is hidden than before: their clients have to read everything again. */
  resync: readonly string[];
}

const CLEAN: Dirty = { archive: null, memberStates: null, isUrgent: false, receipts: false, typing: false };
const MESSAGE_SENT: Dirty = { ...CLEAN, archive: "messages", memberStates: "all" };
const NEWEST_CHANGED: Dirty = { ...MESSAGE_SENT, isUrgent: true };
const REACTION_CHANGED: Dirty = { ...CLEAN, archive: "messages" };
const DELIVERED: Dirty = { ...CLEAN, archive: "pointers", receipts: true };
const READ: Dirty = { ...DELIVERED, memberStates: "own" };
const TYPING_STARTED: Dirty = { ...CLEAN, typing: true };
const NONE: readonly never[] = [];
const DONE: Reply = { ok: true, ack: null };

const outcomeOf = (reply: Reply | null, more: Partial<Outcome> = {}): Outcome => ({
  reply,
  events: NONE,
  dirty: CLEAN,
  typing: null,
  left: NONE,
  resync: NONE,
  ...more,
});

export class ConversationCore {
  readonly roster: Roster;
  readonly messages: Messages;
  readonly states: MemberStates;
  readonly typing = new Typing();
  readonly receipts: ReceiptUpdates;
  readonly #deps: Deps;
  readonly #commands: TokenBucket;
  #last: Message | null = null;

  constructor(sql: Sql, deps: Deps, { burst = MEMBER_COMMANDS_BURST }: { burst?: number } = {}) {
    this.#deps = deps;
    this.#commands = new TokenBucket(MEMBER_COMMANDS_PER_SECOND, burst, deps.now);
    this.roster = new Roster(sql);
    this.messages = new Messages(sql);
    this.states = new MemberStates(sql);
    this.receipts = new ReceiptUpdates(this.roster, this.states);
    this.#recount();
  }

  /** To be called after a transaction was rolled back: what is held in memory may not be stored. */
  reload(): void {
    this.roster.reload();
    this.messages.reload();
    this.states.reload();
    this.#last = null;
    this.#recount();
  }

  /** The newest message or notice. */
  get last(): Message | null {
    if (this.#last?.seq !== this.messages.head) this.#last = this.messages.at(this.messages.head);
    return this.#last;
  }

  /** Starts with what Postgres has; `tail` are its newest messages. */
  start(snapshot: ConversationSnapshot, tail: readonly StoredMessage[]): void {
    this.messages.start(
      snapshot.lastSeq,
      tail.map((message) => fromStored(snapshot.id, message)),
    );
    this.roster.take(snapshot);
    for (const member of snapshot.participants) this.states.add(member);
    this.states.flush(this.messages.head);
  }

  apply(command: CoreCommand): Outcome {
    switch (command.type) {
      case "message.send":
        return this.#send(command.userId, command);
      case "message.edit":
      case "message.delete":
      case "message.react":
        return this.#change(command.userId, command);
      case "receipt.delivered":
        return this.#moveReceipt(command.userId, command.seq, false);
      case "receipt.read":
        return this.#moveReceipt(command.userId, command.seq, true);
      case "typing.start":
      case "typing.stop":
        return this.#type(command.userId, command.type === "typing.start");
      case "roster.snapshot":
        return this.#takeRoster(command.snapshot, command.rowId);
      default:
        return command satisfies never;
    }
  }

  #send(userId: string, text: MessageText): Outcome {
    const { clientId, body, replyTo = null } = text;
    const refusal = this.#commands.tryTake(userId) ? this.#sendRefusal(userId) : tooFast;
    // A message that was sent before is answered with its ack, also when no new one would be taken.
    if (refusal) return outcomeOf(this.#sentBefore(userId, text) ?? refusal);
    if (replyTo !== null && replyTo > this.messages.head)
      return outcomeOf(refused("NOT_FOUND", "the message replied to does not exist"));
    const message = this.#nextMessage("text", userId, clientId, body, replyTo, null);
    const data = JSON.stringify(message);
    if (!this.messages.append(message, data))
      return outcomeOf(this.#sentBefore(userId, text) ?? refused("CONFLICT", "this id was used before"));
    this.#last = message;
    this.states.countMessage(message.seq, message.createdAt, userId, this.#unreadFor(userId));
    this.#bumpAllRevisions();
    return {
      reply: { ok: true, ack: { clientId, seq: message.seq, id: message.id, at: message.createdAt } },
      events: [{ type: "message.created", message, data }],
      dirty: MESSAGE_SENT,
      typing: this.typing.stop(userId) ? { userId, isTyping: false } : null,
      left: NONE,
      resync: NONE,
    };
  }

  #sendRefusal(userId: string): Refused | null {
    const refusal = this.roster.refusal(userId, "message.send");
    if (refusal) return refusal;
    const { backlog } = this.messages;
    const isOwnPartFull =
      backlog >= BACKLOG_OF_MEMBER_MAX && this.messages.backlogOf(userId) >= BACKLOG_OF_MEMBER_MAX;
    if (isOwnPartFull || backlog >= BACKLOG_MAX)
      return refused("UNAVAILABLE", "too many messages wait for Postgres");
    return this.roster.isUnanswered && this.messages.countSentBy(userId) >= REQUEST_MESSAGES_MAX
      ? refused("FORBIDDEN", "wait for an answer")
      : null;
  }

  /** The reply to a message that was sent before under this client id; null when none was. */
  #sentBefore(userId: string, { clientId, body, replyTo = null }: MessageText): Reply | null {
    if (!this.roster.members.has(userId)) return null;
    const sent = this.messages.sent(userId, clientId, { body, replyTo });
    if (!sent) return null;
    if (!sent.isSame) return refused("CONFLICT", "another text was sent under this id");
    return { ok: true, ack: { clientId, seq: sent.seq, id: sent.id, at: sent.at } };
  }

  #change(userId: string, command: ChangeCommand): Outcome {
    if (!this.#commands.tryTake(userId)) return outcomeOf(tooFast);
    const { messages, roster, states } = this;
    const { seq } = command;
    const refusal = roster.refusal(userId, "conversation.read");
    if (refusal) return outcomeOf(refusal);
    if (seq > messages.head) return outcomeOf(refused("NOT_FOUND", "no such message"));
    const message = messages.at(seq);
    if (!message) return outcomeOf(null);
    const changed = changeOf(message, userId, command, roster, this.#deps.now(), () => this.#at());
    if ("ok" in changed) return outcomeOf(changed);
    if (changed === message) return outcomeOf(DONE);
    if (changed.isDeleted) this.#uncount(message);
    const next = { ...changed, version: message.version + 1 };
    const data = JSON.stringify(next);
    messages.change(next, data);
    if (this.#last?.seq === seq) this.#last = next;
    const events: CoreEvent[] = [{ type: "message.changed", message: next, data }];
    // Conversation lists show the text of the newest message, but no reactions.
    if (command.type === "message.react") return outcomeOf(DONE, { events, dirty: REACTION_CHANGED });
    this.#bumpAllRevisions();
    // Unlike a new message, a change could not be found again after a crash: the revisions are stored with it.
    states.flush(messages.head);
    return outcomeOf(DONE, { events, dirty: seq === messages.head ? NEWEST_CHANGED : MESSAGE_SENT });
  }

  /** A message that is deleted counts as unread no longer. */
  #uncount({ senderId, seq }: Message): void {
    for (const viewerId of this.#unreadFor(senderId)) {
      const state = this.states.get(viewerId);
      if (state && state.readSeq < seq) this.states.setUnread(viewerId, Math.max(0, state.unread - 1));
    }
  }

  #moveReceipt(userId: string, seq: number, isRead: boolean): Outcome {
    const refusal = this.roster.refusal(userId, "conversation.read");
    if (refusal) return outcomeOf(refusal);
    const to = Math.min(seq, this.messages.head);
    const hasDelivered = this.states.deliver(userId, to, this.#at());
    const hasRead = isRead && this.states.read(userId, to, this.#at(), () => this.#unreadAfter(userId, to));
    if (!hasDelivered && !hasRead) return outcomeOf(DONE);
    this.receipts.add(userId, hasDelivered);
    if (!hasRead) return outcomeOf(DONE, { dirty: DELIVERED });
    this.states.bumpRevision(userId, this.#deps.now());
    return outcomeOf(DONE, { dirty: READ });
  }

  #type(userId: string, isTyping: boolean): Outcome {
    const refusal = this.roster.refusal(userId, "self.show");
    if (refusal) return outcomeOf(refusal);
    if (!isTyping) {
      const typing = this.typing.stop(userId) ? { userId, isTyping } : null;
      return outcomeOf(DONE, { typing });
    }
    if (!this.#commands.tryTake(userId)) return outcomeOf(tooFast);
    const typing = this.typing.start(userId, this.#deps.now()) ? { userId, isTyping } : null;
    return outcomeOf(DONE, { typing, dirty: TYPING_STARTED });
  }

  /** Takes a roster from Postgres. Its notice is appended once, however often the row is delivered. */
  #takeRoster(snapshot: ConversationSnapshot, rowId: string): Outcome {
    const { roster, states, messages } = this;
    const events: CoreEvent[] = [];
    let left: string[] = [];
    const resync: string[] = [];
    if (!roster.isKnown) {
      this.start(snapshot, []);
      events.push({ type: "conversation.changed" });
    } else {
      const hiddenKey = (id: string) => [...roster.hiddenFrom(id)].sort().join();
      const before = new Map([...roster.members.keys()].map((id) => [id, hiddenKey(id)]));
      if (roster.take(snapshot)) {
        events.push({ type: "conversation.changed" });
        left = [...before.keys()].filter((id) => !roster.members.has(id));
        for (const member of roster.members.values()) {
          states.add(member);
          const hidden = before.get(member.id);
          if (hidden === undefined || hidden === hiddenKey(member.id)) continue;
          if (roster.isGroup) resync.push(member.id);
          states.setUnread(member.id, this.#unreadAfter(member.id, states.get(member.id)?.readSeq ?? 0));
        }
        for (const id of left) {
          states.remove(id);
          states.bumpRevision(id, this.#deps.now());
          this.typing.stop(id);
        }
      }
    }
    const notice = this.#appendNotice(snapshot.cause, rowId);
    if (notice) events.push(notice);
    if (events.length === 0) return outcomeOf(DONE);
    this.#bumpAllRevisions();
    states.flush(messages.head);
    return outcomeOf(DONE, { events, dirty: NEWEST_CHANGED, left, resync });
  }

  #appendNotice(cause: ConversationSnapshot["cause"], rowId: string): CoreEvent | null {
    if (!cause) return null;
    const { actorId, ...notice } = cause;
    const message = this.#nextMessage("notice", actorId, rowId, "", null, notice);
    const data = JSON.stringify(message);
    if (!this.messages.append(message, data)) return null;
    this.#last = message;
    return { type: "message.created", message, data };
  }

  #nextMessage(
    kind: Message["kind"],
    senderId: string | null,
    clientId: string,
    body: string,
    replyTo: number | null,
    notice: Message["notice"],
  ): Message {
    return {
      id: this.#deps.newId(),
      conversationId: this.roster.view.id,
      seq: this.messages.head + 1,
      kind,
      senderId,
      clientId,
      body,
      replyTo,
      notice,
      reactions: [],
      createdAt: this.#at(),
      editedAt: null,
      isDeleted: false,
      isHidden: false,
      version: 1,
    };
  }

  /** The present time (ISO 8601), never earlier than the newest message, even if the clock is set back. */
  #at(): string {
    const lastMs = Date.parse(this.messages.lastAt) || 0;
    return new Date(Math.max(this.#deps.now(), lastMs)).toISOString();
  }

  #bumpAllRevisions(): void {
    const now = this.#deps.now();
    for (const userId of this.roster.members.keys()) this.states.bumpRevision(userId, now);
  }

  /** The members for whom a sender's messages count as unread: those who have not muted or blocked the sender. */
  *#unreadFor(senderId: string | null): Iterable<string> {
    for (const userId of this.roster.members.keys()) {
      if (userId === senderId) continue;
      if (senderId === null || !this.roster.hiddenFrom(userId).has(senderId)) yield userId;
    }
  }

  #unreadAfter(userId: string, seq: number): number {
    if (seq >= this.messages.head) return 0;
    return this.messages.countAfter(seq, [userId, ...this.roster.hiddenFrom(userId)]);
  }

  /** After a crash: messages are stored before their ack, member states later. Counts the messages in between. */
  #recount(): void {
    const { messages, roster, states } = this;
    if (!roster.isKnown || messages.head === states.countedTo) return;
    for (const { seq, senderId, at, counts } of messages.sendersAfter(states.countedTo)) {
      if (counts) states.countMessage(seq, at, senderId, this.#unreadFor(senderId));
    }
    this.#bumpAllRevisions();
    states.flush(messages.head);
  }
}
