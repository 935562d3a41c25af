/**
 * Where a conversation takes place: each revocation is one transaction (what is said, and its event), then everybody is told, then
 * what may follow later is set going. Between a command and its ack nothing is awaited.
 */
import type { Connection } from "partyserver";
import type { MessageAck } from "../../../db/views/conversation.view.ts";
import type { ConversationSnapshot } from "../../outbox/conversation-snapshot.ts";
import type { NewMessage } from "../../protocol/conversation-commands.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { ChangeCommand, Refused } from "../../rpc.ts";
import type { AdmittedSockets } from "../kit/admitted-sockets.ts";
import type { EventLog } from "../kit/event-log.ts";
import type { JobScheduler } from "../kit/job-scheduler.ts";
import type { Deps } from "../kit/sql.ts";
import { TokenBucket } from "../kit/token-bucket.ts";
import { Afterwork } from "./afterwork.ts";
import type { ChangeResult, Conversation, SendResult } from "./conversation-core.ts";
import { type ConversationStore, Drain } from "./drain.ts";
import { MovedReceipts } from "./moved.ts";
import { refused } from "./roster.ts";
import { type Noted, Teller } from "./teller.ts";
import { type TellAccount, Touches } from "./touch.ts";
import { Typing } from "./typing.ts";
import { type Typed, TypingAfar } from "./typing-afar.ts";

/** One person's deeds a second, over all sockets and requests; and how many at once, as when a program brings its words. */
export const DEEDS_PER_SECOND = 20;
export const DEEDS_AT_ONCE = 200;
const tooFast = refused("RATE_LIMITED", `at most ${DEEDS_PER_SECOND} messages a second`);

/** What the floor needs of its room. */
export interface FloorPorts {
  conversation: Conversation;
  sockets: AdmittedSockets;
  log: EventLog;
  deps: Deps;
  store(): ConversationStore;
  transact<T>(work: () => T): T;
  send(connection: Connection, text: string): void;
  keepHeartbeat(): void;
  /** Closes the sockets of somebody who is not in it any more. */
  closeSockets(userId: string): void;
  touch: TellAccount;
  /** Tells an account that somebody types here; answers whether it had a page to show it on. */
  tellTyping(viewerId: string, typed: Typed): Promise<boolean>;
  background(work: Promise<unknown>): void;
  scheduler: JobScheduler;
}

export class Floor {
  readonly #ports: FloorPorts;
  readonly #talk: Conversation;
  readonly #touches: Touches;
  readonly #moved: MovedReceipts;
  readonly #typing = new Typing();
  readonly #deeds: TokenBucket;
  readonly #typingAfar: TypingAfar;
  readonly #after: Afterwork;
  readonly teller: Teller;

  constructor(ports: FloorPorts) {
    const { conversation, sockets, log, deps } = ports;
    this.#ports = ports;
    this.#deeds = new TokenBucket(DEEDS_PER_SECOND, DEEDS_AT_ONCE, deps.now);
    this.#talk = conversation;
    this.#touches = new Touches(conversation, deps, (userId) => sockets.of(userId).length);
    this.#moved = new MovedReceipts(conversation);
    this.#typingAfar = new TypingAfar({
      roster: conversation.roster,
      now: deps.now,
      isPresent: (userId) => sockets.has(userId),
      tell: ports.tellTyping,
    });
    this.teller = new Teller(log, conversation, sockets);
    this.#after = new Afterwork({
      conversation,
      drain: new Drain(conversation, ports.store, deps.now),
      touches: this.#touches,
      moved: this.#moved,
      typing: this.#typing,
      deps,
      touch: ports.touch,
      tellReceipts: () => this.tellReceipts(),
      tellTyping: (userId, isTyping) => this.#tellTyping(userId, isTyping),
      scheduler: ports.scheduler,
    });
  }

  /** Goes on with what an earlier life left undone. */
  resume(): void {
    if (!this.#talk.roster.isKnown) return;
    this.#talk.messages.parked.tryAgain();
    this.#after.follow("words");
  }

  /** `acked` is called when it is written down, before anybody else hears of it. */
  say(userId: string, message: NewMessage, acked?: (ack: MessageAck) => void): SendResult {
    if (!this.#deeds.tryTake(userId)) {
      // Sent again is not said again.
      const again = this.#talk.sendAgain(userId, message) ?? tooFast;
      if (again.ok) acked?.(again.ack);
      return again;
    }
    const { result, noted } = this.#step(() => {
      const result = this.#talk.send(userId, message);
      if (!result.ok || !result.message) return { result, noted: null };
      return { result, noted: this.teller.noteCreated(result.message, result.data) };
    });
    if (result.ok) acked?.(result.ack);
    if (noted) {
      this.#tell(noted);
      if (this.#typing.stop(userId)) this.#tellTyping(userId, false);
      this.#touchAll();
    }
    return result;
  }

  /** Null when the message is kept by Postgres alone: to be fetched and asked again. */
  change(userId: string, command: ChangeCommand): ChangeResult | null {
    if (!this.#deeds.tryTake(userId)) return tooFast;
    const { result, noted } = this.#step(() => {
      const result = this.#talk.change(userId, command);
      if (!result?.ok || !result.message) return { result, noted: null };
      if (command.type !== "message.react") this.#oweAll();
      return { result, noted: this.teller.noteChanged(result.message, this.#now()) };
    });
    if (noted) {
      this.#tell(noted);
      // Lists show the newest message's words, not what people think of them.
      if (command.type === "message.react") this.#after.follow("words");
      else this.#touchAll(command.seq === this.#talk.messages.head);
    }
    return result;
  }

  /** Takes a roster that Postgres wrote. Whoever is no longer in it hears nothing any more. */
  takeRoster(snapshot: ConversationSnapshot, rowId: string): void {
    const { change, noted } = this.#step(() => {
      const change = this.#talk.takeRoster(snapshot, rowId);
      const noted: Noted[] = [];
      if (change.isNewer) noted.push(this.teller.noteRoster(this.#now()));
      if (change.notice) noted.push(this.teller.noteCreated(change.notice.message, change.notice.data));
      this.#oweAll();
      return { change, noted };
    });
    for (const userId of change.left) {
      this.#typing.stop(userId);
      this.#ports.closeSockets(userId);
      this.#touches.owe(userId, true);
    }
    for (const each of noted) this.#tell(each);
    if (this.#talk.roster.isGroup) for (const userId of change.veiled) this.#readAgain(userId);
    if (noted.length > 0) this.#touchAll(true);
  }

  /** A message reached one of the person's devices, or was looked at. */
  moveReceipt(userId: string, seq: number, isRead: boolean): { ok: true } | Refused {
    const refusal = this.#talk.roster.refusal(userId, "conversation.read");
    if (refusal) return refusal;
    const isDelivery = this.#talk.deliver(userId, seq);
    const isReading = isRead && this.#talk.read(userId, seq);
    if (!isDelivery && !isReading) return { ok: true };
    this.#moved.note(userId, isDelivery);
    this.#after.receiptMoved();
    if (isReading) this.#touches.owe(userId);
    this.#after.follow("pointers");
    return { ok: true };
  }

  /** Writes down whose receipts moved, and tells. */
  tellReceipts(): void {
    const noted = this.#step(() => {
      const noted = this.#moved.take().map((receipt) => this.teller.noteReceipt(receipt, this.#now()));
      this.#talk.numbers.persist(this.#talk.messages.head);
      return noted;
    });
    for (const each of noted) this.#tell(each);
  }

  type(userId: string, isTyping: boolean): void {
    if (this.#talk.roster.refusal(userId, "self.show")) return;
    if (!isTyping) {
      if (this.#typing.stop(userId)) this.#tellTyping(userId, false);
      return;
    }
    if (!this.#deeds.tryTake(userId)) return;
    if (this.#typing.start(userId, this.#ports.deps.now())) this.#tellTyping(userId, true);
    this.#after.typed();
  }

  /** A socket of this person is gone; with the last one goes the typing, and their account hears what it does not know. */
  leave(userId: string): void {
    this.#touches.reconsider(userId);
    this.#after.owing();
    if (!this.#ports.sockets.has(userId) && this.#typing.stop(userId)) this.#tellTyping(userId, false);
  }

  /** Somebody's account hears what it does not know yet, now. */
  hurry(userId: string): void {
    this.#touches.hurry(userId);
    this.#after.owing();
  }

  /** Everybody's account is to hear. */
  #touchAll(isUrgent = false): void {
    for (const userId of this.#talk.roster.people.keys()) this.#touches.owe(userId, isUrgent);
    this.#after.follow("words");
  }

  /** Of a new message a crash leaves the count to be made up for; of anything else, what is owed must be written with it. */
  #oweAll(): void {
    const { messages, numbers, roster } = this.#talk;
    for (const userId of roster.people.keys()) numbers.owe(userId, this.#ports.deps.now());
    numbers.persist(messages.head);
  }

  /** Says something to one socket that nobody else needs to hear. */
  signal(connection: Connection, signal: SignalBody): void {
    this.#ports.send(connection, JSON.stringify({ v: PROTOCOL_VERSION, at: this.#now(), ...signal }));
  }

  #tell(noted: Noted): void {
    this.#ports.keepHeartbeat();
    this.teller.tell(noted, this.#ports.send);
  }

  #tellTyping(userId: string, isTyping: boolean): void {
    const { sockets, send } = this.#ports;
    const signal: Signal = {
      v: PROTOCOL_VERSION,
      type: "typing.changed",
      at: this.#now(),
      data: { userId, isTyping },
    };
    const text = JSON.stringify(signal);
    for (const { connection, userId: viewerId } of sockets.all()) {
      const isShown = viewerId !== userId && !this.#talk.roster.hiddenFrom(viewerId).has(userId);
      if (isShown) send(connection, text);
    }
    this.#ports.background(this.#typingAfar.tell({ userId, isTyping }));
  }

  /** What was shown before is not what is to be seen now. */
  #readAgain(userId: string): void {
    const { sockets, log, send } = this.#ports;
    const text = JSON.stringify({
      v: PROTOCOL_VERSION,
      type: "room.resync",
      epoch: log.epoch,
      seq: log.head,
    });
    for (const connection of sockets.of(userId)) send(connection, text);
  }

  #step<T>(work: () => T): T {
    try {
      return this.#ports.transact(work);
    } catch (error) {
      this.#talk.reload();
      throw error;
    }
  }

  #now(): string {
    return new Date(this.#ports.deps.now()).toISOString();
  }
}

/** A signal without what is the same in all of them. */
type SignalBody = { [T in Signal["type"]]: Omit<Extract<Signal, { type: T }>, "v" | "at"> }[Signal["type"]];
