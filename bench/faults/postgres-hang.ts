import { startWatchdog } from "../../db/local/process/watchdog.ts";
import { childrenOf } from "../harness/processes.ts";

/**
 * Freezes a PostgreSQL server as a failing disk does: all its processes stop (SIGSTOP), connections stay
 * open, nothing answers. Returns the function that resumes it. A watchdog resumes it when this process dies
 * first.
 *
 * @param pid the server's first process
 */
export function hangPostgres(pid: number): () => void {
  // The first process before the others, so that none is added meanwhile.
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
    // The process ended by itself.
  }
}
