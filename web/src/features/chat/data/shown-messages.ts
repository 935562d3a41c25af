/** The messages of a conversation as the message list shows them: the server's, then the outbox's. Pure. */
import type { Message } from "../../../realtime/views.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import type { ShownMessage } from "./chat.types.ts";
import { pendingMessage } from "./message-history.ts";
import { type ReactionIntents, withIntents } from "./optimistic-reactions.ts";

/** Maps each message to one object, so that React renders only the rows that changed. */
const cache = new WeakMap<Message | OutboxEntry, ShownMessage>();

function shownMessage(message: Message, meId: string): ShownMessage {
  const known = cache.get(message);
  if (known) return known;
  // An own message keeps the key it had while pending. Another sender's client id is not trusted to be
  // unique.
  const key = message.senderId === meId && message.clientId ? message.clientId : message.id;
  const shown = { ...message, key, local: null };
  cache.set(message, shown);
  return shown;
}

function shownEntry(entry: OutboxEntry): ShownMessage {
  const known = cache.get(entry);
  if (known) return known;
  const local = { state: entry.state, code: entry.code };
  const shown = { ...pendingMessage(entry), key: entry.clientId, local };
  cache.set(entry, shown);
  return shown;
}

/** Oldest first; messages that the server has not acknowledged come last. */
export function shownMessages(
  items: readonly Message[],
  pending: readonly OutboxEntry[],
  meId: string,
  intentsOf: (seq: number) => ReactionIntents | undefined,
): ShownMessage[] {
  const acked = new Set(items.map((one) => (one.senderId === meId ? one.clientId : null)));
  return [
    ...items.map((one) => shownMessage(withIntents(one, intentsOf(one.seq), meId), meId)),
    ...pending.filter((one) => !acked.has(one.clientId)).map(shownEntry),
  ];
}
