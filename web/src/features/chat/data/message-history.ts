/** A conversation's messages as this device has them. Pure. */
import type { Message, MessageAck } from "../../../realtime/views.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import type { MessagePage } from "./chat.api.ts";

export interface History {
  /** Oldest first. Without holes, but for moments in which an answer came before the events it overtook. */
  items: Message[];
  /** Where older ones go on; null when the first message is here. */
  olderCursor: string | null;
  /** Messages that are answered here and stand further back. */
  quoted: Message[];
}

const bySeq = (a: Message, b: Message) => a.seq - b.seq;

/** Of two tellings of one message the newer; of the same, the one heard last. */
function newer(known: Message | undefined, heard: Message): Message {
  return known && known.version > heard.version ? known : heard;
}

function merged(known: readonly Message[], heard: readonly Message[]): Message[] {
  const all = new Map(known.map((message) => [message.seq, message]));
  for (const message of heard) all.set(message.seq, newer(all.get(message.seq), message));
  return [...all.values()].sort(bySeq);
}

/**
 * A message as its event tells it: new, or changed. One from before what is loaded is left out, it will be read in its turn;
 * one that is not known yet joins even when it is told as a change, because a gap leaves out what a later event repeats.
 */
export function hearMessage(history: History, message: Message): History {
  const { items, olderCursor } = history;
  const quoted = history.quoted.some((one) => one.seq === message.seq)
    ? merged(history.quoted, [message])
    : history.quoted;
  const first = items[0];
  const isFurtherBack = olderCursor !== null && (!first || message.seq < first.seq);
  if (isFurtherBack) return quoted === history.quoted ? history : { ...history, quoted };
  return { ...history, quoted, items: merged(items, [message]) };
}

/** The first page of an empty history. */
export function historyOf(page: MessagePage): History {
  return { items: page.items.toSorted(bySeq), olderCursor: page.nextCursor, quoted: page.quoted };
}

/** The last place up to which nothing is missing. */
function solidEnd(items: readonly Message[]): number {
  let end = items[0]?.seq ?? 0;
  for (const { seq } of items) {
    if (seq > end + 1) break;
    end = seq;
  }
  return end;
}

/**
 * The newest page, read again. It continues what is here when it reaches down to it; otherwise the unknown between cannot
 * be shown, and the page takes the place of all. What was heard and is newer than the page stays.
 */
export function joinNewest(history: History | undefined, page: MessagePage): History {
  const fresh = historyOf(page);
  if (!history || history.items.length === 0) return fresh;
  const first = fresh.items[0];
  if (!first) return history;
  if (first.seq <= solidEnd(history.items) + 1) {
    const isLonger = first.seq < (history.items[0]?.seq ?? 0);
    return {
      items: merged(history.items, fresh.items),
      olderCursor: isLonger ? fresh.olderCursor : history.olderCursor,
      quoted: merged(history.quoted, fresh.quoted),
    };
  }
  return {
    ...fresh,
    items: merged(
      history.items.filter((one) => one.seq >= first.seq),
      fresh.items,
    ),
  };
}

/** The page before what is loaded, asked for at `cursor`. Left out when the history was begun anew meanwhile. */
export function joinOlder(history: History, cursor: string, page: MessagePage): History {
  if (history.olderCursor !== cursor) return history;
  return {
    items: merged(page.items, history.items),
    olderCursor: page.nextCursor,
    quoted: merged(history.quoted, page.quoted),
  };
}

/** What the server made of a message of one's own, until its event tells it whole (hence version 0). */
export function ackedMessage(entry: OutboxEntry, ack: MessageAck): Message {
  return { ...pendingMessage(entry), id: ack.id, seq: ack.seq, createdAt: ack.at };
}

/** A message of one's own that the server does not have. */
export function pendingMessage(entry: OutboxEntry): Message {
  return {
    id: entry.clientId,
    conversationId: entry.conversationId,
    seq: 0,
    kind: "text",
    clientId: entry.clientId,
    senderId: entry.accountId,
    body: entry.body.trim(),
    notice: null,
    replyTo: entry.replyTo,
    reactions: [],
    createdAt: new Date(entry.createdAt).toISOString(),
    editedAt: null,
    isDeleted: false,
    isHidden: false,
    version: 0,
  };
}
