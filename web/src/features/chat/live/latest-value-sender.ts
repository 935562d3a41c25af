/** Debounces growing numbers per key: sends the newest value after a pause, and each value only once. */

export interface LatestValueSender {
  set(key: string, value: number): void;
}

export function createLatestValueSender(deps: {
  /** Values set within this time of each other are sent as one. */
  waitMs: number;
  /** The most values sent at once; the others wait `waitMs` more, because a room limits its commands. */
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
