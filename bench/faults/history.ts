/** What a run wrote down, for the checker: who wanted what, who was told what, and what is there in the end. */

/** A message that somebody wanted to send; the same one however often it was sent. */
export interface Intent {
  senderId: string;
  clientId: string;
  body: string;
  /** When it was sent first, in milliseconds of the run's one clock. */
  sentAt: number;
}

/** The room's word that a message is written down. One for every time it was said. */
export interface ReceivedAck {
  clientId: string;
  seq: number;
  id: string;
  receivedAt: number;
}

/** A message as somebody was shown it. */
export interface SeenMessage {
  seq: number;
  id: string;
  /** A notice is the conversation's own word: nobody sent it. */
  kind: "text" | "notice";
  clientId: string | null;
  senderId: string | null;
  body: string;
}

/** Where and how an event arrived. */
export interface Arrival {
  /** The event's own number in the room's log. */
  number: number;
  via: "live" | "gap";
  /** Which of the client's connections, counted from 1: a new one may repeat what an older one said. */
  connection: number;
}

/** A new message. */
export interface ReceivedMessage extends Arrival {
  kind: "message";
  message: SeenMessage;
  /** False when the client had it already, or could not use it yet, and passed over it. */
  isApplied: boolean;
}

export type Step =
  | ReceivedMessage
  /** Any other numbered event. */
  | ({ kind: "other" } & Arrival)
  /** The room said that it cannot tell what was missed. */
  | { kind: "resync" }
  /** What the client then read anew: everything after its beginning. */
  | { kind: "read"; messages: SeenMessage[] };

/** One client's life in one conversation, in the order it happened to it. */
export interface ClientView {
  client: string;
  /** The newest message when it came: later ones it must have seen in the end. */
  after: number;
  steps: Step[];
}

/** One conversation's run. `rows` and `pages` are read when everything has come to rest. */
export interface ConversationRecord {
  id: string;
  intents: Intent[];
  acks: ReceivedAck[];
  views: ClientView[];
  /** From Postgres. */
  rows: SeenMessage[];
  /** From the room and its API, page by page; null when nobody asked. */
  pages: SeenMessage[] | null;
}

/** The parts of a message that the checker compares. */
export const partsOf = ({ seq, id, kind, clientId, senderId, body }: SeenMessage): SeenMessage => ({
  ...{ seq, id, kind, clientId, senderId, body },
});
