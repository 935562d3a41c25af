/**
 * One device in one conversation: a connection to its room and an outbox that resends under the same
 * client id. Records what the checker needs. Small enough for thousands of them in one process.
 */
import { uuidv7, V7Generator } from "uuidv7";
import {
  type ClientView,
  comparedFields,
  type Intent,
  type ReceivedAck,
  type RecordedMessage,
  type Step,
} from "../faults/history.ts";
import { Outbox, type SendOutcome } from "./client-outbox.ts";
import { ConversationHttp } from "./conversation-http.ts";
import {
  type AckFrame,
  type EventFrame,
  readQuickly,
  readStrictly,
  type ServerFrame,
} from "./frame-parser.ts";
import { NamedTimers } from "./named-timers.ts";
import { type LinkState, RoomLink, type RoomLinkOptions } from "./room-link.ts";

const ANSWER_WITHIN_MS = 5_000;
const SEND_INTERVAL_MS = 50;
const FAILURES_BEFORE_HTTP = 3;

export interface ChatClientOptions extends Omit<RoomLinkOptions, "path" | "read"> {
  conversationId: string;
  /** This client's view for the checker, without the person's id. */
  name?: string;
  /** The newest message when the client started: it must receive every later one. */
  after?: number;
  /** Records every step for the checker and validates every frame against the protocol. Default: true. */
  isRecorded?: boolean;
  /** Resends a message without an answer after this many milliseconds. */
  answerWithinMs?: number;
  inFlightMax?: number;
  /** The error of this device's clock in milliseconds. It shows in the ids that the device makes. */
  clockSkewMs?: number;
  /** Sends over HTTP after three failed connections in a row. */
  fallsBackToHttp?: boolean;
  /** Called once for every new message, with the time of performance.now(). */
  onMessage?: (message: RecordedMessage, arrivedAt: number) => void;
}

export class ChatClient {
  readonly intents: Intent[] = [];
  readonly acks: ReceivedAck[] = [];
  readonly steps: Step[] = [];
  readonly name: string;
  readonly link: RoomLink;
  httpSends = 0;
  readonly #options: ChatClientOptions;
  readonly #isRecorded: boolean;
  readonly #outbox: Outbox;
  readonly #http: ConversationHttp;
  readonly #newId: () => string;
  readonly #timers = new NamedTimers();
  readonly #waiters = new Set<() => void>();

  constructor(options: ChatClientOptions) {
    const { conversationId, person, clockSkewMs } = options;
    this.#options = options;
    this.#isRecorded = options.isRecorded ?? true;
    this.name = options.name ?? person.id;
    this.#outbox = new Outbox(options.inFlightMax ?? 4);
    this.#http = new ConversationHttp(options.url, conversationId, person);
    const ids = new V7Generator();
    this.#newId =
      clockSkewMs === undefined
        ? uuidv7
        : () => ids.generateOrResetCore(Date.now() + clockSkewMs, 10_000).toString();
    const read = this.#isRecorded ? readStrictly : readQuickly;
    const path = `/parties/conversation-room/${conversationId}`;
    this.link = new RoomLink(
      { ...options, path, read },
      {
        onEvent: (event, via, isApplied) => this.#receive(event, via, isApplied),
        onFrame: (frame) => this.#onFrame(frame),
        onResync: () => this.#readAllAgain(),
        onState: (state) => this.#onState(state),
      },
    );
  }

  get isLive(): boolean {
    return this.link.state === "live";
  }

  /** True after the room refused the client, the session ended or the owner closed it. */
  get isEnded(): boolean {
    return this.link.state === "ended";
  }

  /** The number of messages without an answer. */
  get waiting(): number {
    return this.#outbox.size;
  }

  /** Opens the socket and waits for the welcome. Throws when the room refuses it. */
  async open(): Promise<this> {
    this.link.connect();
    await this.until(() => this.isLive || this.isEnded);
    if (this.isEnded)
      throw new Error(`${this.name}: the room refused the socket with ${this.link.closings.at(-1)?.code}`);
    return this;
  }

  /** Sends a message and resends it until the room has answered. */
  send(body: string): Promise<SendOutcome> {
    const clientId = this.#newId();
    if (this.#isRecorded)
      this.intents.push({ senderId: this.#options.person.id, clientId, body, sentAt: performance.now() });
    return this.sendAs(clientId, body);
  }

  /** Sends under a client id that was used elsewhere or before. Records no intent. */
  sendAs(clientId: string, body: string): Promise<SendOutcome> {
    return new Promise((settle) => {
      this.#outbox.add({ clientId, body, sentAt: null, tries: 0, settle });
      this.#sendDue();
    });
  }

  /** Closes the client for good. */
  close(): void {
    this.#timers.disarmAll();
    this.link.end();
  }

  view(): ClientView {
    return { client: this.name, after: this.#options.after ?? 0, steps: this.steps };
  }

  /** Waits until a condition on this client holds. Throws after a timeout. */
  until(isTrue: () => boolean, withinMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!isTrue()) return;
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(check);
        const { state, position, invalidFrames } = this.link;
        const detail = invalidFrames.length > 0 ? `; invalid frame: ${invalidFrames[0]}` : "";
        reject(
          new Error(
            `${this.name} waited ${withinMs} ms for a condition; ${state} at ${position?.seq}${detail}`,
          ),
        );
      }, withinMs);
      this.#waiters.add(check);
      check();
    });
  }

  #checkWaiters(): void {
    for (const check of this.#waiters) check();
  }

  #receive(event: EventFrame, via: "live" | "gap", isApplied: boolean): void {
    const isMessage = event.type === "message.created";
    if (this.#isRecorded) {
      const arrival = { number: event.seq, via, connection: this.link.connection };
      this.steps.push(
        isMessage
          ? { kind: "message", message: comparedFields(event.data), ...arrival, isApplied }
          : { kind: "other", ...arrival },
      );
    }
    if (isMessage && isApplied) this.#options.onMessage?.(event.data, performance.now());
    this.#checkWaiters();
  }

  #onFrame(frame: ServerFrame): void {
    if (frame.type === "message.acked") this.#acked(frame.data);
    else if (frame.type === "room.error" && frame.ref !== undefined)
      this.#outbox.refused(frame.ref, frame.code);
  }

  #acked(ack: AckFrame): void {
    if (this.#isRecorded)
      this.acks.push({ clientId: ack.clientId, seq: ack.seq, id: ack.id, receivedAt: performance.now() });
    this.#outbox.acked(ack);
    this.#sendDue();
    this.#checkWaiters();
  }

  async #readAllAgain(): Promise<void> {
    this.steps.push({ kind: "resync" });
    const messages = await this.#http.readAfter(this.#options.after ?? 0);
    this.steps.push({ kind: "read", messages });
  }

  #onState(state: LinkState): void {
    if (state === "waiting") {
      this.#outbox.forgetSent();
      if (this.#options.fallsBackToHttp && this.link.failures >= FAILURES_BEFORE_HTTP)
        void this.#sendByHttp();
    }
    if (state === "ended") this.#outbox.giveUp();
    this.#sendDue();
    this.#checkWaiters();
  }

  #sendDue(): void {
    const { state } = this.link;
    if (state !== "live" && state !== "open") return;
    const due = this.#outbox.due(performance.now(), this.#options.answerWithinMs ?? ANSWER_WITHIN_MS);
    for (const { clientId, body } of due) this.link.sendCommand({ type: "message.send", clientId, body });
    if (this.#outbox.size > 0) this.#timers.arm("send", SEND_INTERVAL_MS, () => this.#sendDue());
  }

  async #sendByHttp(): Promise<void> {
    for (const { clientId, body } of this.#outbox.all()) {
      if (this.isLive || this.isEnded) return;
      const outcome = await this.#http.send(clientId, body).catch(() => null);
      if (!outcome) return;
      if (!outcome.ok) this.#outbox.refused(clientId, outcome.code);
      else {
        this.httpSends += 1;
        this.#acked(outcome.ack);
      }
    }
  }
}
