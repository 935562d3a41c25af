/**
 * Appends events to the room's log and sends them to its sockets: usually one text for all, otherwise one per viewer with the
 * same sequence number. `append` belongs into the transaction, `publish` after it. Signals are sent without being logged.
 */
import type { Connection } from "partyserver";
import type { Message } from "../../../db/views/conversation.view.ts";
import { type ConversationEvent, conversationEventSchema } from "../../protocol/conversation-events.ts";
import type { Envelope } from "../../protocol/envelope.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { AdmittedSockets } from "../kit/admitted-sockets.ts";
import type { EventLog } from "../kit/event-log.ts";
import type { RoomContext } from "../kit/room-context.ts";
import type { TypingChange } from "./account-typing.ts";
import type { ConversationCore, CoreEvent } from "./conversation-core.ts";
import { conversationFor, type Receipt, redactMessage, redactReceipt } from "./redaction.ts";

/** The log keeps only that the roster changed: whoever replays the event is sent the present roster. */
const ROSTER_KEY = "conversation";

export interface AppendedEvent {
  /** The envelope as JSON. */
  text: string;
  /** The part of it that may differ between viewers. */
  data: string;
  /** That part for one viewer; null when it is the same for all. */
  dataFor: ((viewerId: string) => string) | null;
}

/** A signal without the fields that every signal has. */
type SignalBody = { [T in Signal["type"]]: Omit<Extract<Signal, { type: T }>, "v" | "at"> }[Signal["type"]];

interface Deps {
  log: EventLog;
  core: ConversationCore;
  sockets: AdmittedSockets;
  context: Pick<RoomContext, "now" | "send">;
}

export class EventPublisher {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  append(event: CoreEvent): AppendedEvent {
    switch (event.type) {
      case "message.created":
        return this.#appendCreated(event.message, event.data);
      case "message.changed":
        return this.#appendChanged(event.message, event.data);
      case "conversation.changed":
        return this.#append(
          event.type,
          "{}",
          (viewerId) => JSON.stringify(this.#rosterFor(viewerId)),
          ROSTER_KEY,
        );
      default:
        return event satisfies never;
    }
  }

  appendReceipt(receipt: Receipt): AppendedEvent {
    const { roster } = this.#deps.core;
    const data = JSON.stringify(receipt);
    const dataFor = (viewerId: string) =>
      roster.sharesReceipts(viewerId, receipt.userId)
        ? data
        : JSON.stringify(redactReceipt(receipt, roster, viewerId));
    return this.#append("receipt.moved", data, dataFor, `receipt:${receipt.userId}`);
  }

  /** Sends the event to every admitted socket. */
  publish({ text, data, dataFor }: AppendedEvent): void {
    const { sockets, context } = this.#deps;
    if (!dataFor) {
      for (const { connection } of sockets.all()) context.send(connection, text);
      return;
    }
    const head = text.slice(0, text.length - data.length - 1);
    const texts = new Map<string, string>();
    for (const { connection, userId } of sockets.all()) {
      let own = texts.get(userId);
      if (own === undefined) {
        own = `${head}${dataFor(userId)}}`;
        texts.set(userId, own);
      }
      context.send(connection, own);
    }
  }

  sendSignal(connection: Connection, signal: SignalBody): void {
    this.#deps.context.send(connection, this.#signalText(signal));
  }

  publishTyping(change: TypingChange): void {
    const { core, sockets, context } = this.#deps;
    const text = this.#signalText({ type: "typing.changed", data: change });
    for (const { connection, userId } of sockets.all())
      if (userId !== change.userId && !core.roster.hiddenFrom(userId).has(change.userId))
        context.send(connection, text);
  }

  /** Lets the member's clients read everything again: what they have shown is not what they may see now. */
  sendResync(userId: string): void {
    const { log, sockets, context } = this.#deps;
    const frame = { v: PROTOCOL_VERSION, type: "room.resync", epoch: log.epoch, seq: log.head } as const;
    for (const connection of sockets.of(userId)) context.send(connection, frame);
  }

  /** Logged events as this viewer sees them now. @throws when one was logged by another version of this code */
  replay(events: Envelope[], viewerId: string): Envelope[] {
    return events.map((envelope) => {
      if (envelope.type === "conversation.changed") return { ...envelope, data: this.#rosterFor(viewerId) };
      const event = conversationEventSchema.parse({ type: envelope.type, data: envelope.data });
      return { ...envelope, data: this.#redact(event, viewerId) };
    });
  }

  #redact(event: ConversationEvent, viewerId: string): unknown {
    const { roster } = this.#deps.core;
    switch (event.type) {
      case "message.created":
      case "message.changed":
        return redactMessage(event.data, roster, viewerId);
      case "receipt.moved":
        return redactReceipt(event.data as Receipt, roster, viewerId);
      case "conversation.changed":
        return this.#rosterFor(viewerId);
      default:
        return event satisfies never;
    }
  }

  #rosterFor(viewerId: string): unknown {
    const { roster, states } = this.#deps.core;
    const viewer = roster.members.get(viewerId);
    return viewer ? conversationFor(roster, states, viewer) : {};
  }

  #appendCreated(message: Message, data: string): AppendedEvent {
    const text = this.#deps.log.appendOwn("message.created", message.createdAt, data, null, message.id);
    return { text, data, dataFor: this.#redactedData(message, data) };
  }

  /** Of several changes of one message the log keeps the newest. The content of a deleted message is removed from the log. */
  #appendChanged(message: Message, data: string): AppendedEvent {
    if (message.isDeleted) this.#deps.log.rewrite(["message.created", "message.changed"], message.seq, data);
    return this.#append("message.changed", data, this.#redactedData(message, data), `message:${message.seq}`);
  }

  #redactedData(message: Message, data: string): AppendedEvent["dataFor"] {
    const { roster } = this.#deps.core;
    if (!roster.isGroup || !roster.hasHidden) return null;
    return (viewerId) => {
      const redacted = redactMessage(message, roster, viewerId);
      return redacted === message ? data : JSON.stringify(redacted);
    };
  }

  #signalText(signal: SignalBody): string {
    return JSON.stringify({ v: PROTOCOL_VERSION, at: this.#at(), ...signal });
  }

  #at(): string {
    return new Date(this.#deps.context.now()).toISOString();
  }

  #append(
    type: ConversationEvent["type"],
    data: string,
    dataFor: AppendedEvent["dataFor"],
    collapseKey: string,
  ): AppendedEvent {
    return { text: this.#deps.log.appendOwn(type, this.#at(), data, collapseKey), data, dataFor };
  }
}
