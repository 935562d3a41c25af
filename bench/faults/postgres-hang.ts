import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { watchOver } from "../../db/local/watchdog.ts";

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
  const dismissals = family.map((each) => watchOver(each, "CONT"));
  return () => {
    for (const each of family.toReversed()) signal(each, "SIGCONT");
    for (const dismiss of dismissals) dismiss();
  };
}

/** The processes that this one started and that still run. */
export function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (existsSync(path)) return readFileSync(path, "utf8").split(" ").filter(Boolean).map(Number);
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
