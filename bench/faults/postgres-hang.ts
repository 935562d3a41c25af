import { startWatchdog } from "../../db/local/process/watchdog.ts";
import { childrenOf } from "../harness/processes.ts";

/**
 * Freezes a PostgreSQL server as a dying disk does: every process of it stops (SIGSTOP), connections stay open, nothing
 * answers. Returns the function that thaws it; a watchdog thaws it when we die before.
 *
 * @param pid the server's first process
 */
export function hangPostgres(pid: number): () => void {
  // Its first process before the others: none can be added meanwhile.
  process.kill(pid, "SIGSTOP");
  const family = [pid, ...childrenOf(pid)];
  for (const each of family) signal(each, "SIGSTOP");
  const dismissals = family.map((each) => startWatchdog(each, "CONT"));
  return () => {
    for (const each of family.toReversed()) signal(each, "SIGCONT");
    for (const dismiss of dismissals) dismiss();
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
