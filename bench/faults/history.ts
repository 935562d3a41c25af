/**
 * The history of a run, for the checker: what was sent, what each client received, and what is stored at
 * the end.
 */

/** A message that a client wanted to send, once, however often it was resent. */
export interface Intent {
  senderId: string;
  clientId: string;
  body: string;
  /** When it was first sent, in milliseconds of the run's one clock. */
  sentAt: number;
}

/** The room's acknowledgement that a message is stored; one entry for every acknowledgement. */
export interface ReceivedAck {
  clientId: string;
  seq: number;
  id: string;
  receivedAt: number;
}

/** A message as a client received it. */
export interface RecordedMessage {
  seq: number;
  id: string;
  /** A notice is created by the conversation itself and has no sender. */
  kind: "text" | "notice";
  clientId: string | null;
  senderId: string | null;
  body: string;
}

/** How an event arrived. */
export interface Arrival {
  /** The event's sequence number in the room's log. */
  number: number;
  via: "live" | "gap";
  /** The client's connection, counted from 1. A new connection may repeat events of an older one. */
  connection: number;
}

/** A new message. */
export interface ReceivedMessage extends Arrival {
  kind: "message";
  message: RecordedMessage;
  /** False when the client skipped it: applied before, or not next in order. */
  isApplied: boolean;
}

export type Step =
  | ReceivedMessage
  /** Any other numbered event. */
  | ({ kind: "other" } & Arrival)
  /** The room answered that it cannot return what was missed. */
  | { kind: "resync" }
  /** The messages that the client then read again, everything after its start. */
  | { kind: "read"; messages: RecordedMessage[] };

/** What one client received in one conversation, in order of arrival. */
export interface ClientView {
  client: string;
  /** The newest message when it joined: it must receive every later one. */
  after: number;
  steps: Step[];
}

/** The history of one conversation. `rows` and `pages` are read after everything has settled. */
export interface ConversationRecord {
  id: string;
  intents: Intent[];
  acks: ReceivedAck[];
  views: ClientView[];
  /** The messages in Postgres. */
  rows: RecordedMessage[];
  /** The messages of the API, page by page; null when they were not read. */
  pages: RecordedMessage[] | null;
}

/** The parts of a message that the checker compares. */
export const comparedFields = ({
  seq,
  id,
  kind,
  clientId,
  senderId,
  body,
}: RecordedMessage): RecordedMessage => ({
  ...{ seq, id, kind, clientId, senderId, body },
});
