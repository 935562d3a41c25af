/**
 * Who hears what: rows go to the room of their topic, in order, all rooms at once. The write has committed already;
 * a delivery that fails costs time, never an event, because the row stays until its room has written it down.
 */
import type { DeliveredRows } from "../../db/client/delivered-rows.ts";
import type { PartyEnv } from "../env.ts";
import { outboxRoom, outboxRowReceiver } from "../stubs.ts";
import { withTimeout } from "../with-timeout.ts";
import { groupByRoom } from "./deliver-groups.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

/** Delivered rows wait this long for a write that takes them out along; then they cost a trip of their own. */
export const FORGET_AFTER_MS = 250;
/** A room that does not answer withTimeout this holds up nobody else. */
export const DELIVER_TIMEOUT_MS = 5_000;

export interface Delivery {
  delivered: string[];
  failed: FailedRow[];
}

/** Delivers rows and says which ones their rooms have taken. Never throws. */
export async function deliver(env: PartyEnv, rows: readonly OutboxRow[]): Promise<Delivery> {
  const { groups, lost } = groupByRoom(rows);
  const answers = await Promise.all(
    groups.map(async ({ address, rows }): Promise<FailedRow[]> => {
      try {
        return (await withTimeout(DELIVER_TIMEOUT_MS, outboxRowReceiver(env, address).deliver(rows))).failed;
      } catch (error) {
        return rows.map(({ id }) => ({ id, error: `${address.room}: ${String(error)}` }));
      }
    }),
  );
  const failed = [...lost, ...answers.flat()];
  const failedIds = new Set(failed.map(({ id }) => id));
  return { delivered: rows.map(({ id }) => id).filter((id) => !failedIds.has(id)), failed };
}

/**
 * For `waitUntil`, after the response: delivers a transaction's own rows and sees that they are forgotten, by the next write
 * or, when it is quiet, by `forget`. What fails is left to the drainer, which is called soon. Never throws. `told` is called
 * once every room has been tried.
 */
export async function deliverAndForget(
  env: PartyEnv,
  delivered: DeliveredRows,
  forget: (ids: string[]) => Promise<unknown>,
  rows: readonly OutboxRow[],
  told: () => void = () => {},
): Promise<void> {
  if (rows.length === 0) return;
  const delivery = await deliver(env, rows);
  told();
  delivered.add(delivery.delivered);
  if (delivery.failed.length > 0) await scheduleDrain(env);
  await scheduler.wait(FORGET_AFTER_MS);
  const left = delivered.take();
  if (left.length === 0) return;
  try {
    await forget(left);
  } catch {
    // The rooms know these ids: being told again changes nothing.
    await scheduleDrain(env);
  }
}

async function scheduleDrain(env: PartyEnv): Promise<void> {
  try {
    await outboxRoom(env).scheduleDrain();
  } catch (error) {
    // The cron drains each minute, with or without this.
    console.error(JSON.stringify({ where: "scheduleDrain", error: String(error) }));
  }
}
