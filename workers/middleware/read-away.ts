/** A refused body is taken off the wire all the same: a sender that is cut off while it still writes never sees the answer. */

/** No further than this, and no longer. */
const AWAY_MAX_BYTES = 2 * 1024 * 1024;
const AWAY_MAX_MS = 500;

/** Reads what a request still brings and forgets it, within bounds. Never throws. */
export async function readAway({ body }: Request): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel().catch(() => undefined);
  }, AWAY_MAX_MS);
  try {
    for (let bytes = 0; bytes < AWAY_MAX_BYTES && !isLate; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender went away.
  } finally {
    clearTimeout(timer);
  }
}
