/** Timers by name: starting one that runs replaces it. */
import type { ConnectionDeps } from "./connection.types.ts";

export interface NamedTimers {
  start(name: string, ms: number, run: () => void): void;
  stop(...names: string[]): void;
}

export function createNamedTimers(deps: Pick<ConnectionDeps, "setTimer" | "clearTimer">): NamedTimers {
  const timers = new Map<string, unknown>();

  function stop(...names: string[]): void {
    for (const name of names) {
      if (timers.has(name)) deps.clearTimer(timers.get(name));
      timers.delete(name);
    }
  }

  return {
    start(name, ms, run) {
      stop(name);
      const fire = () => {
        timers.delete(name);
        run();
      };
      timers.set(name, deps.setTimer(fire, ms));
    },
    stop,
  };
}
