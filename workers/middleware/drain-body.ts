/**
 * Drains the body of a refused request: a client that is cut off while it still sends never reads the
 * response.
 */

const DRAIN_MAX_BYTES = 2 * 1024 * 1024;
const DRAIN_TIMEOUT_MS = 500;

/** Reads and discards what the request still sends, within these bounds. Never throws. */
export async function drainBody({ body }: Request): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel().catch(() => undefined);
  }, DRAIN_TIMEOUT_MS);
  try {
    for (let bytes = 0; bytes < DRAIN_MAX_BYTES && !isLate; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The client closed the connection.
  } finally {
    clearTimeout(timer);
  }
}
