/** Which rows go to which room: pure, apart from the calls themselves. */
import { type RoomAddress, roomOfTopic } from "../stubs.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

interface Group {
  address: RoomAddress;
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
    // Several topics may be one room's: it is called once.
    const key = `${address.room}/${address.name}`;
    const group = groups.get(key) ?? { address, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], lost };
}
