/** Timers by name: arming one again replaces it, and all of them can be found to be cleared. */
import type { ConnectionDeps } from "./connection.types.ts";

export interface NamedTimers {
  arm(name: string, ms: number, run: () => void): void;
  disarm(...names: string[]): void;
  has(name: string): boolean;
}

export function createNamedTimers(deps: Pick<ConnectionDeps, "setTimer" | "clearTimer">): NamedTimers {
  const timers = new Map<string, unknown>();

  function disarm(...names: string[]): void {
    for (const name of names) {
      const timer = timers.get(name);
      if (timer !== undefined) deps.clearTimer(timer);
      timers.delete(name);
    }
  }

  return {
    arm(name, ms, run) {
      disarm(name);
      const fire = () => {
        timers.delete(name);
        run();
      };
      timers.set(name, deps.setTimer(fire, ms));
    },
    disarm,
    has: (name) => timers.has(name),
  };
}
