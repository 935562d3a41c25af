/** The rows of a conversation: the server's messages, one's own wishes in them, and one's own that it does not have. Pure. */
import type { Message } from "../../../realtime/views.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import type { ShownMessage } from "./chat.types.ts";
import { pendingMessage } from "./message-history.ts";
import { type Wishes, withWishes } from "./optimistic-reactions.ts";

/** Rows stay the same objects while their messages do, so that only what changed is drawn again. */
const rows = new WeakMap<Message | OutboxEntry, ShownMessage>();

function rowOf(message: Message, meId: string): ShownMessage {
  const known = rows.get(message);
  if (known) return known;
  // One's own keeps the name it had while it was pending; another's client id could be anything.
  const key = message.senderId === meId && message.clientId ? message.clientId : message.id;
  const row = { ...message, key, local: null };
  rows.set(message, row);
  return row;
}

function pendingRow(entry: OutboxEntry): ShownMessage {
  const known = rows.get(entry);
  if (known) return known;
  const local = { state: entry.state, code: entry.code };
  const row = { ...pendingMessage(entry), key: entry.clientId, local };
  rows.set(entry, row);
  return row;
}

/** Oldest first; what the server does not have comes last. */
export function shownMessages(
  items: readonly Message[],
  pending: readonly OutboxEntry[],
  meId: string,
  wishesOf: (seq: number) => Wishes | undefined,
): ShownMessage[] {
  const there = new Set(items.map((one) => (one.senderId === meId ? one.clientId : null)));
  return [
    ...items.map((one) => rowOf(withWishes(one, wishesOf(one.seq), meId), meId)),
    ...pending.filter((one) => !there.has(one.clientId)).map(pendingRow),
  ];
}
