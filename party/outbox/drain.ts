/** One run of the drainer, without a room: claim, deliver, delete, until nothing is due. */
import type { DrainResult } from "../rpc.ts";
import type { Delivery } from "./deliver.ts";
import type { OutboxRow } from "./rows.ts";
import type { OutboxStore } from "./store.ts";

export const DRAIN_BATCH_ROWS = 200;
/** A run ends after this many batches; what is left has its turn at the next alarm. */
export const DRAIN_MAX_BATCHES = 25;

/**
 * Delivers every row that is due. A row that fails is written down with its reason and comes due again later; the
 * others of its batch are done with. Throws only when the store does.
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
    await store.forget(delivered);
    await store.fail(failed);
    total.delivered += delivered.length;
    total.failed += failed.length;
    if (rows.length < DRAIN_BATCH_ROWS) break;
  }
  return { ...total, waiting: await store.waiting() };
}
