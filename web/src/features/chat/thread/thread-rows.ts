/** The rows of the message list: day separators, the "new" separator, notices and grouped messages. Pure. */
import type { ShownMessage } from "../data/chat.types.ts";
import { localDay } from "../text/message-time.ts";

/** Messages of one sender within this time of each other are grouped. */
const GROUP_MS = 5 * 60_000;

export type ThreadRow =
  | { kind: "day"; key: string; iso: string }
  | { kind: "new"; key: string }
  | { kind: "notice"; key: string; message: ShownMessage }
  | { kind: "message"; key: string; message: ShownMessage; isFirst: boolean; isLast: boolean };

/**
 * The rows of these messages (oldest first). The "new" separator is above the first message of another sender
 * after `readSeq`; null means no separator.
 */
export function threadRows(
  messages: readonly ShownMessage[],
  meId: string,
  readSeq: number | null,
): ThreadRow[] {
  const rows: ThreadRow[] = [];
  let before: ShownMessage | null = null;
  let hasSeparator = readSeq === null;
  for (const [index, message] of messages.entries()) {
    const isOtherDay = before === null || localDay(before.createdAt) !== localDay(message.createdAt);
    if (isOtherDay)
      rows.push({ kind: "day", key: `day:${localDay(message.createdAt)}`, iso: message.createdAt });
    const isNew =
      !hasSeparator && message.local === null && message.seq > (readSeq ?? 0) && message.senderId !== meId;
    if (isNew) {
      rows.push({ kind: "new", key: "new" });
      hasSeparator = true;
    }
    if (message.kind === "notice") {
      rows.push({ kind: "notice", key: message.key, message });
    } else {
      const after = messages[index + 1];
      rows.push({
        kind: "message",
        key: message.key,
        message,
        isFirst: isNew || !isSameGroup(before, message),
        isLast: !after || !isSameGroup(message, after),
      });
    }
    before = message;
  }
  return rows;
}

function isSameGroup(one: ShownMessage | null, other: ShownMessage): boolean {
  return (
    one !== null &&
    one.kind === "text" &&
    other.kind === "text" &&
    one.senderId === other.senderId &&
    localDay(one.createdAt) === localDay(other.createdAt) &&
    Math.abs(Date.parse(other.createdAt) - Date.parse(one.createdAt)) < GROUP_MS
  );
}

/** How many messages of other senders come after this seq. */
export function countNewer(messages: readonly ShownMessage[], seq: number, meId: string): number {
  return messages.filter(
    (message) =>
      message.local === null && message.seq > seq && message.senderId !== meId && message.kind === "text",
  ).length;
}

/** The seq of the newest message that the server has; 0 when there is none. */
export function newestSeq(messages: readonly ShownMessage[]): number {
  return messages.reduce((newest, message) => Math.max(newest, message.seq), 0);
}
