/**
 * Delivers outbox rows to the rooms of their topics: one call per room, all rooms at once, each room's rows in order. The
 * transaction has committed already. A delivery that fails is late but never lost: its row stays until its room has stored it.
 */
import type { DeliveredRows } from "../../db/client/delivered-rows.ts";
import type { PartyEnv } from "../env.ts";
import { outboxRoom, outboxRowReceiver, type RoomAddress, roomOfTopic } from "../stubs.ts";
import { withTimeout } from "../with-timeout.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

/** The next write deletes delivered rows on its way; after this long without one they cost a round trip of their own. */
export const DELETE_AFTER_MS = 250;
/** A room that does not answer within this time counts as failed and delays no other. */
export const DELIVER_TIMEOUT_MS = 5_000;

export interface Delivery {
  /** Ids of the rows that their rooms have stored. */
  delivered: string[];
  failed: FailedRow[];
}

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

/** Delivers rows. Never throws. */
export async function deliver(env: PartyEnv, rows: readonly OutboxRow[]): Promise<Delivery> {
  const { groups, unroutable } = groupByRoom(rows);
  const failures = await Promise.all(
    groups.map(async ({ address, rows }): Promise<FailedRow[]> => {
      try {
        return (await withTimeout(DELIVER_TIMEOUT_MS, outboxRowReceiver(env, address).deliver(rows))).failed;
      } catch (error) {
        return rows.map(({ id }) => ({ id, error: `${address.room}: ${String(error)}` }));
      }
    }),
  );
  const failed = [...unroutable, ...failures.flat()];
  const failedIds = new Set(failed.map(({ id }) => id));
  return { delivered: rows.map(({ id }) => id).filter((id) => !failedIds.has(id)), failed };
}

/**
 * For `waitUntil`, after the response: delivers a transaction's own rows and has them deleted, by the next write or else by
 * `deleteRows`. Rows that failed are left to the drainer, which is scheduled at once. Never throws. `onAttempted` is called
 * when every room has answered or failed.
 */
export async function deliverAndDelete(
  env: PartyEnv,
  delivered: DeliveredRows,
  deleteRows: (ids: string[]) => Promise<unknown>,
  rows: readonly OutboxRow[],
  onAttempted: () => void = () => {},
): Promise<void> {
  if (rows.length === 0) return;
  const delivery = await deliver(env, rows);
  onAttempted();
  delivered.add(delivery.delivered);
  if (delivery.failed.length > 0) await scheduleDrain(env);
  await scheduler.wait(DELETE_AFTER_MS);
  const left = delivered.take();
  if (left.length === 0) return;
  try {
    await deleteRows(left);
  } catch {
    // The rooms have stored these ids: delivering them again changes nothing.
    await scheduleDrain(env);
  }
}

async function scheduleDrain(env: PartyEnv): Promise<void> {
  try {
    await outboxRoom(env).scheduleDrain();
  } catch (error) {
    // The cron drains each minute anyway.
    console.error(JSON.stringify({ where: "scheduleDrain", error: String(error) }));
  }
}

/** How the requests of one isolate deliver the rows that they have written. */
export interface OutboxDelivery {
  /** Delivers rows without delaying the response. */
  deliver(rows: readonly OutboxRow[]): void;
  /** Delivers rows before the response, which waits for `waitMs` at most. Never throws. */
  deliverAndWait(rows: readonly OutboxRow[]): Promise<void>;
}

/** `defer` keeps the Worker running for work that ends after the response. */
export function outboxDelivery({
  env,
  delivered,
  deleteRows,
  defer,
  waitMs,
}: {
  env: PartyEnv;
  delivered: DeliveredRows;
  deleteRows: (ids: string[]) => Promise<unknown>;
  defer: (work: Promise<unknown>) => void;
  waitMs: number;
}): OutboxDelivery {
  return {
    deliver(rows) {
      if (rows.length > 0) defer(deliverAndDelete(env, delivered, deleteRows, rows));
    },
    async deliverAndWait(rows) {
      if (rows.length === 0) return;
      const attempt = new Promise<void>((resolve) =>
        defer(deliverAndDelete(env, delivered, deleteRows, rows, resolve)),
      );
      // The rows are committed: when the rooms are slow, the response does not wait and they receive the rows later.
      await withTimeout(waitMs, attempt).catch(() => {});
    },
  };
}
