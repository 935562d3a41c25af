/**
 * Puts what happens into the log and tells every socket: one text for all in the usual case, another one with the same
 * number for viewers who are shown less. `note` belongs into the transaction, `tell` after it.
 */
import type { Connection } from "partyserver";
import type { Message } from "../../../db/views/conversation.view.ts";
import { type ConversationEvent, conversationEventSchema } from "../../protocol/conversation-events.ts";
import type { Envelope } from "../../protocol/envelope.ts";
import type { AdmittedSockets } from "../kit/admitted-sockets.ts";
import type { EventLog } from "../kit/event-log.ts";
import type { Conversation } from "./conversation-core.ts";
import { conversationFor, messageFor, type Receipt, receiptFor } from "./views.ts";

/** Of the roster only that it changed is logged: whoever replays it wants the one of now. */
const ROSTER_KEY = "conversation";

export interface Noted {
  text: string;
  /** The part of the text that may differ from viewer to viewer. */
  data: string;
  /** JSON for one viewer; null when everybody is shown the same. */
  dataFor: ((viewerId: string) => string) | null;
}

export class Teller {
  readonly #log: EventLog;
  readonly #conversation: Conversation;
  readonly #sockets: AdmittedSockets;

  constructor(log: EventLog, conversation: Conversation, sockets: AdmittedSockets) {
    this.#log = log;
    this.#conversation = conversation;
    this.#sockets = sockets;
  }

  noteCreated(message: Message, data: string): Noted {
    const text = this.#log.appendOwn("message.created", message.createdAt, data, null, message.id);
    return { text, data, dataFor: this.#messageData(message, data) };
  }

  /** Of several changes of one message only the newest is kept. What a deleted one said is gone from the log. */
  noteChanged(message: Message, at: string): Noted {
    const data = JSON.stringify(message);
    if (message.isDeleted) this.#log.rewrite(["message.created", "message.changed"], message.seq, data);
    const dataFor = this.#messageData(message, data);
    return this.#note("message.changed", at, data, dataFor, `message:${message.seq}`);
  }

  noteReceipt(receipt: Receipt, at: string): Noted {
    const { roster } = this.#conversation;
    const data = JSON.stringify(receipt);
    const dataFor = (viewerId: string) =>
      roster.sharesReceipts(viewerId, receipt.userId)
        ? data
        : JSON.stringify(receiptFor(receipt, roster, viewerId));
    return this.#note("receipt.moved", at, data, dataFor, `receipt:${receipt.userId}`);
  }

  noteRoster(at: string): Noted {
    const dataFor = (viewerId: string) => JSON.stringify(this.#rosterFor(viewerId));
    return this.#note("conversation.changed", at, "{}", dataFor, ROSTER_KEY);
  }

  /** Sends it to every socket that is let in. */
  tell({ text, data, dataFor }: Noted, send: (connection: Connection, text: string) => void): void {
    if (!dataFor) {
      for (const { connection } of this.#sockets.all()) send(connection, text);
      return;
    }
    const head = text.slice(0, text.length - data.length - 1);
    const texts = new Map<string, string>();
    for (const { connection, userId } of this.#sockets.all()) {
      const known = texts.get(userId);
      const own = known ?? `${head}${dataFor(userId)}}`;
      if (known === undefined) texts.set(userId, own);
      send(connection, own);
    }
  }

  /** Logged events as this viewer is shown them now. @throws when one is of another version of this protocol */
  replay(events: Envelope[], viewerId: string): Envelope[] {
    return events.map((envelope) => {
      if (envelope.type === "conversation.changed") return { ...envelope, data: this.#rosterFor(viewerId) };
      const event = conversationEventSchema.parse({ type: envelope.type, data: envelope.data });
      return { ...envelope, data: this.#dataOf(event, viewerId) };
    });
  }

  #dataOf(event: ConversationEvent, viewerId: string): unknown {
    const { roster } = this.#conversation;
    switch (event.type) {
      case "message.created":
      case "message.changed":
        return messageFor(event.data, roster, viewerId);
      case "receipt.moved":
        return receiptFor(event.data as Receipt, roster, viewerId);
      case "conversation.changed":
        return this.#rosterFor(viewerId);
      default:
        return event satisfies never;
    }
  }

  #rosterFor(viewerId: string): unknown {
    const { roster, numbers } = this.#conversation;
    const viewer = roster.people.get(viewerId);
    return viewer ? conversationFor(roster, numbers, viewer) : {};
  }

  #messageData(message: Message, data: string): Noted["dataFor"] {
    const { roster } = this.#conversation;
    if (!roster.isGroup || !roster.hidesSomething) return null;
    return (viewerId) => {
      const shown = messageFor(message, roster, viewerId);
      return shown === message ? data : JSON.stringify(shown);
    };
  }

  #note(
    type: ConversationEvent["type"],
    at: string,
    data: string,
    dataFor: Noted["dataFor"],
    collapseKey: string,
  ): Noted {
    return { text: this.#log.appendOwn(type, at, data, collapseKey), data, dataFor };
  }
}
