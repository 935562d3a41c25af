/** One run of the outbox drainer, without its room: claims, delivers and deletes rows until none is due. */
import type { DrainResult } from "../rpc.ts";
import type { Delivery } from "./deliver.ts";
import type { OutboxRow } from "./rows.ts";
import type { OutboxStore } from "./store.ts";

export const DRAIN_BATCH_ROWS = 200;
/** A run ends after this many batches; the next alarm continues. */
export const DRAIN_MAX_BATCHES = 25;

/**
 * Delivers every row that is due and deletes it. For a row that fails, stores the error; it is retried later. Throws only when
 * the store throws.
 */
export async function drain(
  store: OutboxStore,
  deliver: (rows: OutboxRow[]) => Promise<Delivery>,
): Promise<DrainResult> {
  const total = { delivered: 0, failed: 0 };
  for (let batch = 0; batch < DRAIN_MAX_BATCHES; batch++) {
    const rows = await store.claim(DRAIN_BATCH_ROWS);
    if (rows.length === 0) break;
    const { delivered, failed } = await deliver(rows);
    await store.delete(delivered);
    await store.fail(failed);
    total.delivered += delivered.length;
    total.failed += failed.length;
    if (rows.length < DRAIN_BATCH_ROWS) break;
  }
  return { ...total, waiting: await store.countWaiting() };
}
