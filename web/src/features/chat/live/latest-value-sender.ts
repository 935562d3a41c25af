/** Tells the newest of quickly following numbers per name, once they pause; nothing that was told already. */

export interface Latest {
  note(name: string, value: number): void;
}

export function createLatest(deps: {
  waitMs: number;
  /** More than these wait for the next turn: a room listens to so many words in a second. */
  mostAtOnce: number;
  /** False when it could not be said. */
  say(name: string, value: number): boolean;
  setTimer(run: () => void, ms: number): unknown;
}): Latest {
  const told = new Map<string, number>();
  const waiting = new Map<string, number>();

  function flush(): void {
    for (const [name, value] of [...waiting].slice(0, deps.mostAtOnce)) {
      waiting.delete(name);
      if (deps.say(name, value)) told.set(name, value);
    }
    if (waiting.size > 0) deps.setTimer(flush, deps.waitMs);
  }

  return {
    note(name, value) {
      if (value <= (told.get(name) ?? 0) || value <= (waiting.get(name) ?? 0)) return;
      if (waiting.size === 0) deps.setTimer(flush, deps.waitMs);
      waiting.set(name, value);
    },
  };
}
