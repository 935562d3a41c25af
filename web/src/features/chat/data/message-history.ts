/** The loaded messages of a conversation. Pure. */
import type { Message, MessageAck } from "../../../realtime/views.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import type { MessagePage } from "./chat.api.ts";

export interface History {
  /**
   * Oldest first. There is a gap only while an HTTP response has arrived before the earlier events of the
   * room.
   */
  items: Message[];
  /** The cursor of the next older page; null when the first message is loaded. */
  olderCursor: string | null;
  /** Older messages, not in `items`, that loaded messages reply to. */
  quoted: Message[];
}

const bySeq = (a: Message, b: Message) => a.seq - b.seq;

/** The higher version of a message; of equal versions the received one. */
function newer(known: Message | undefined, received: Message): Message {
  return known && known.version > received.version ? known : received;
}

function merged(known: readonly Message[], received: readonly Message[]): Message[] {
  const all = new Map(known.map((message) => [message.seq, message]));
  for (const message of received) all.set(message.seq, newer(all.get(message.seq), message));
  return [...all.values()].sort(bySeq);
}

/**
 * Adds or updates the message of an event. A message older than the loaded ones is ignored, because its
 * page will be fetched. A change of an unknown message adds it, because a replay omits events that a later
 * event supersedes.
 */
export function addMessage(history: History, message: Message): History {
  const { items, olderCursor } = history;
  const quoted = history.quoted.some((one) => one.seq === message.seq)
    ? merged(history.quoted, [message])
    : history.quoted;
  const first = items[0];
  const isOlderThanLoaded = olderCursor !== null && (!first || message.seq < first.seq);
  if (isOlderThanLoaded) return quoted === history.quoted ? history : { ...history, quoted };
  return { ...history, quoted, items: merged(items, [message]) };
}

/** The history that consists of one page. */
export function historyOf(page: MessagePage): History {
  return { items: page.items.toSorted(bySeq), olderCursor: page.nextCursor, quoted: page.quoted };
}

/** The last seq before the first gap. */
function lastSeqBeforeGap(items: readonly Message[]): number {
  let end = items[0]?.seq ?? 0;
  for (const { seq } of items) {
    if (seq > end + 1) break;
    end = seq;
  }
  return end;
}

/**
 * Merges the refetched newest page. When the page overlaps or adjoins the loaded messages, it extends
 * them. Otherwise messages between them may be missing, so the page replaces them. Messages newer than the
 * page stay.
 */
export function joinNewest(history: History | undefined, page: MessagePage): History {
  const fresh = historyOf(page);
  if (!history || history.items.length === 0) return fresh;
  const first = fresh.items[0];
  if (!first) return history;
  if (first.seq <= lastSeqBeforeGap(history.items) + 1) {
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

/** Prepends the page that was read at `cursor`; ignores it when the history was restarted meanwhile. */
export function joinOlder(history: History, cursor: string, page: MessagePage): History {
  if (history.olderCursor !== cursor) return history;
  return {
    items: merged(page.items, history.items),
    olderCursor: page.nextCursor,
    quoted: merged(history.quoted, page.quoted),
  };
}

/** An own message that the server has acknowledged. Its version is 0, so that its event replaces it. */
export function ackedMessage(entry: OutboxEntry, ack: MessageAck): Message {
  return { ...pendingMessage(entry), id: ack.id, seq: ack.seq, createdAt: ack.at };
}

/** An own message that the server has not acknowledged yet. */
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
