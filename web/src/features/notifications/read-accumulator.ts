/** Read marks that come close together go out as one request. */

/** How long marks are gathered. */
export const READ_WINDOW_MS = 300;
/** The most ids one request may carry. */
export const READ_BATCH_MAX = 100;

export interface ReadAccumulatorDeps {
  setTimer(run: () => void, ms: number): unknown;
  /** Sends one request; rejects when it failed. */
  send(ids: string[]): Promise<void>;
  /** The marks of a request that failed are taken back. */
  rollBack(ids: string[], error: unknown): void;
}

export interface ReadAccumulator {
  /** Marks as read with the next request; answers false when this id is already on its way. */
  add(id: string): boolean;
  /** Sends what is gathered now: the page is about to go away. */
  flush(): void;
}

/** Gathers ids for 300 ms, then sends them together. An id travels once; after a failure it may travel again. */
export function createReadAccumulator(deps: ReadAccumulatorDeps): ReadAccumulator {
  const gathered = new Set<string>();
  const travelling = new Set<string>();
  let isArmed = false;

  function flush(): void {
    isArmed = false;
    const ids = [...gathered];
    gathered.clear();
    for (let start = 0; start < ids.length; start += READ_BATCH_MAX) {
      void sendBatch(ids.slice(start, start + READ_BATCH_MAX));
    }
  }

  async function sendBatch(batch: string[]): Promise<void> {
    for (const id of batch) travelling.add(id);
    try {
      await deps.send(batch);
    } catch (error) {
      deps.rollBack(batch, error);
    } finally {
      for (const id of batch) travelling.delete(id);
    }
  }

  return {
    add(id) {
      if (gathered.has(id) || travelling.has(id)) return false;
      gathered.add(id);
      if (!isArmed) {
        isArmed = true;
        deps.setTimer(() => {
          if (isArmed) flush();
        }, READ_WINDOW_MS);
      }
      return true;
    },
    flush,
  };
}
