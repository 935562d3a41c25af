/**
 * Sends the newest of quickly following numbers per key once they pause, and never a number that was sent
 * already.
 */

export interface LatestValueSender {
  set(key: string, value: number): void;
}

export function createLatestValueSender(deps: {
  /** Values that follow each other within this time are sent as one. */
  waitMs: number;
  /** More than these wait for the next turn: a room accepts a limited number of commands a second. */
  batchMax: number;
  /** False when it could not be sent; the value is then dropped. */
  send(key: string, value: number): boolean;
  setTimer(run: () => void, ms: number): unknown;
}): LatestValueSender {
  const sent = new Map<string, number>();
  const waiting = new Map<string, number>();

  function flush(): void {
    for (const [key, value] of [...waiting].slice(0, deps.batchMax)) {
      waiting.delete(key);
      if (deps.send(key, value)) sent.set(key, value);
    }
    if (waiting.size > 0) deps.setTimer(flush, deps.waitMs);
  }

  return {
    set(key, value) {
      if (value <= (sent.get(key) ?? 0) || value <= (waiting.get(key) ?? 0)) return;
      if (waiting.size === 0) deps.setTimer(flush, deps.waitMs);
      waiting.set(key, value);
    },
  };
}
