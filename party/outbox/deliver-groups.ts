/** Which rows go to which room. Pure. */
import { type RoomAddress, roomOfTopic } from "../stubs.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

interface Group {
  address: RoomAddress;
  rows: OutboxRow[];
}

/** Groups rows by room, each group in the order given. `unroutable`: rows whose topic names no room. */
export function groupByRoom(rows: readonly OutboxRow[]): { groups: Group[]; unroutable: FailedRow[] } {
  const groups = new Map<string, Group>();
  const unroutable: FailedRow[] = [];
  for (const row of rows) {
    const address = roomOfTopic(row.topic);
    if (!address) {
      unroutable.push({ id: row.id, error: "unknown topic" });
      continue;
    }
    // Several topics may belong to one room: it is called once.
    const key = `${address.room}/${address.name}`;
    const group = groups.get(key) ?? { address, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], unroutable };
}
