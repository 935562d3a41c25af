/** Which rows go to which room: pure, apart from the calls themselves. */
import { roomOfTopic, type TopicRoom } from "../address.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

interface Group {
  room: TopicRoom;
  name: string;
  rows: OutboxRow[];
}

/** Rows by room, each group in the order given; rows without a room are lost. */
export function groupByRoom(rows: readonly OutboxRow[]): { groups: Group[]; lost: FailedRow[] } {
  const groups = new Map<string, Group>();
  const lost: FailedRow[] = [];
  for (const row of rows) {
    const address = roomOfTopic(row.topic);
    if (!address) {
      lost.push({ id: row.id, error: "unknown topic" });
      continue;
    }
    const group = groups.get(row.topic) ?? { ...address, rows: [] };
    group.rows.push(row);
    groups.set(row.topic, group);
  }
  return { groups: [...groups.values()], lost };
}
