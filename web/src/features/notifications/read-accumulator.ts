/** Collects notifications that are marked as read within 300 ms, and sends them as one request. */

/** The time from the first mark to the request. */
export const READ_WINDOW_MS = 300;
/** The maximal number of ids in one request. */
export const READ_BATCH_MAX = 100;

export interface ReadAccumulatorDeps<Response> {
  setTimer(run: () => void, ms: number): unknown;
  /** Sends one request; rejects when it failed. */
  send(ids: string[]): Promise<Response>;
  confirm(response: Response): void;
  /** Undoes the marks of a request that failed. */
  rollBack(ids: string[], error: unknown): void;
}

export interface ReadAccumulator {
  /** Adds an id to the next request; false when it is already collected or in flight. */
  add(id: string): boolean;
  /** Sends the collected ids now. */
  flush(): void;
  /** Drops the collected ids, and ignores the responses of what is in flight: the account changed. */
  reset(): void;
}

/** Creates an accumulator. An id is sent once; after a failure it can be added again. */
export function createReadAccumulator<Response>(deps: ReadAccumulatorDeps<Response>): ReadAccumulator {
  let collected = new Set<string>();
  let inFlight = new Set<string>();
  let isTimerSet = false;

  function flush(): void {
    isTimerSet = false;
    const ids = [...collected];
    collected.clear();
    for (let start = 0; start < ids.length; start += READ_BATCH_MAX) {
      void sendBatch(ids.slice(start, start + READ_BATCH_MAX));
    }
  }

  async function sendBatch(batch: string[]): Promise<void> {
    const current = inFlight;
    for (const id of batch) current.add(id);
    try {
      const response = await deps.send(batch);
      if (current === inFlight) deps.confirm(response);
    } catch (error) {
      if (current === inFlight) deps.rollBack(batch, error);
    } finally {
      for (const id of batch) current.delete(id);
    }
  }

  return {
    add(id) {
      if (collected.has(id) || inFlight.has(id)) return false;
      collected.add(id);
      if (!isTimerSet) {
        isTimerSet = true;
        deps.setTimer(() => {
          if (isTimerSet) flush();
        }, READ_WINDOW_MS);
      }
      return true;
    },
    flush,
    reset() {
      collected = new Set();
      inFlight = new Set();
      isTimerSet = false;
    },
  };
}
