/** Tells the newest of quickly following numbers per name, once they pause; nothing that was told already. */

export interface Latest {
  note(name: string, value: number): void;
}

export function createLatest(deps: {
  waitMs: number;
  say(name: string, value: number): void;
  setTimer(run: () => void, ms: number): unknown;
}): Latest {
  const told = new Map<string, number>();
  const waiting = new Map<string, number>();

  return {
    note(name, value) {
      if (value <= (told.get(name) ?? 0) || value <= (waiting.get(name) ?? 0)) return;
      if (waiting.size === 0) {
        deps.setTimer(() => {
          const due = [...waiting];
          waiting.clear();
          for (const [key, newest] of due) {
            told.set(key, newest);
            deps.say(key, newest);
          }
        }, deps.waitMs);
      }
      waiting.set(name, value);
    },
  };
}
