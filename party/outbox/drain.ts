/** One run of the outbox drainer, independent of its room: claim, deliver, delete, until no row is due. */
import type { DrainResult } from "../rpc.ts";
import type { Delivery } from "./deliver.ts";
import type { OutboxRow } from "./rows.ts";
import type { OutboxStore } from "./store.ts";

export const DRAIN_BATCH_ROWS = 200;
/** A run ends after this many batches; the next alarm continues. */
export const DRAIN_MAX_BATCHES = 25;

/**
 * Delivers every row that is due. A row that fails gets its error stored and is retried later; the other rows of its batch
 * are deleted. Throws only when the store does.
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
