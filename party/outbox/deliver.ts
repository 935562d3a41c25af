/**
 * Delivers outbox rows to the rooms of their topics after the commit: one call per room, all rooms concurrently, each room's rows
 * in order. A row stays in the outbox until its room has stored it, so that a failed delivery is retried.
 */
import type { DeliveredRows } from "../../db/client/delivered-rows.ts";
import type { PartyEnv } from "../env.ts";
import { outboxRoom, outboxRowReceiver, type RoomAddress, roomOfTopic } from "../stubs.ts";
import { withTimeout } from "../with-timeout.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

/** The next write's batch deletes delivered rows. After this long without a write they are deleted in a batch of their own. */
export const DELETE_AFTER_MS = 250;
/** Timeout of the call to a room. Its rows then count as failed. */
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
    // Several topics may belong to one room, which is called once.
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
 * For `waitUntil`, after the response: delivers the rows of a transaction. The next write deletes them, or else `deleteRows`.
 * Schedules the drainer when rows failed. Never throws. `onAttempted` is called when every room has returned or failed.
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
    // The rooms have stored the ids of these rows: a second delivery changes nothing.
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

/** Delivers the outbox rows that a request has written. */
export interface OutboxDelivery {
  /** Starts the delivery without delaying the response. */
  deliver(rows: readonly OutboxRow[]): void;
  /** Resolves when the rows are delivered, or after `waitMs`. The delivery then goes on. Never throws. */
  deliverAndWait(rows: readonly OutboxRow[]): Promise<void>;
}

/** `defer`: the request's `waitUntil`. */
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
      // A slow room must not delay the response for longer: the rows are committed and will be delivered.
      await withTimeout(waitMs, attempt).catch(() => {});
    },
  };
}
