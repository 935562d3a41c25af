/** A conversation's messages as the rows of its screen: days, the "new" line, and who spoke in one breath. Pure. */
import type { ShownMessage } from "../data/chat.types.ts";

/** Messages of one person within this time of each other stand together. */
const BREATH_MS = 5 * 60_000;

export type ThreadRow =
  | { kind: "day"; key: string; iso: string }
  | { kind: "new"; key: string }
  | { kind: "notice"; key: string; message: ShownMessage }
  | { kind: "message"; key: string; message: ShownMessage; isFirst: boolean; isLast: boolean };

/** "2026-11-20" in the reader's own time zone. */
export function localDay(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/**
 * The rows of these messages (oldest first). The "new" line stands above the first message of another person behind
 * `readSeq`; null draws none.
 */
export function threadRows(
  messages: readonly ShownMessage[],
  meId: string,
  readSeq: number | null,
): ThreadRow[] {
  const rows: ThreadRow[] = [];
  let before: ShownMessage | null = null;
  let isNewDrawn = readSeq === null;
  for (const [index, message] of messages.entries()) {
    const isOtherDay = before === null || localDay(before.createdAt) !== localDay(message.createdAt);
    if (isOtherDay)
      rows.push({ kind: "day", key: `day:${localDay(message.createdAt)}`, iso: message.createdAt });
    const isNew =
      !isNewDrawn && message.local === null && message.seq > (readSeq ?? 0) && message.senderId !== meId;
    if (isNew) {
      rows.push({ kind: "new", key: "new" });
      isNewDrawn = true;
    }
    if (message.kind === "notice") {
      rows.push({ kind: "notice", key: message.key, message });
    } else {
      const after = messages[index + 1];
      rows.push({
        kind: "message",
        key: message.key,
        message,
        isFirst: isNew || !isOneBreath(before, message),
        isLast: !after || !isOneBreath(message, after),
      });
    }
    before = message;
  }
  return rows;
}

function isOneBreath(one: ShownMessage | null, other: ShownMessage): boolean {
  return (
    one !== null &&
    one.kind === "text" &&
    other.kind === "text" &&
    one.senderId === other.senderId &&
    localDay(one.createdAt) === localDay(other.createdAt) &&
    Math.abs(Date.parse(other.createdAt) - Date.parse(one.createdAt)) < BREATH_MS
  );
}

/** How many messages of others stand behind this place. */
export function countNewer(messages: readonly ShownMessage[], seq: number, meId: string): number {
  return messages.filter(
    (message) =>
      message.local === null && message.seq > seq && message.senderId !== meId && message.kind === "text",
  ).length;
}

/** The newest place that the server has; 0 when there is none. */
export function newestSeq(messages: readonly ShownMessage[]): number {
  return messages.reduce((newest, message) => Math.max(newest, message.seq), 0);
}
