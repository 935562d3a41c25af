/** What the operating system reports about running processes. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const TICK_MS = 10;
const KIB = 1_024;

/** The processes that this one started and that still run. */
export function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (existsSync(path)) return readFileSync(path, "utf8").split(" ").filter(Boolean).map(Number);
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

/** Resident memory of processes in bytes; 0 for one that ended, NaN without /proc. */
export function residentBytes(pids: readonly number[]): number {
  if (!existsSync("/proc/self/status")) return Number.NaN;
  return pids.reduce((sum, pid) => {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${pid}/status`));
    return sum + Number(found?.[1] ?? 0) * KIB;
  }, 0);
}

/** Processor time of processes and of their ended children, in milliseconds; NaN without /proc. */
export function processorMs(pids: readonly number[]): number {
  if (!existsSync("/proc/self/stat")) return Number.NaN;
  return pids.reduce((sum, pid) => {
    const stat = readOrNothing(`/proc/${pid}/stat`);
    // The name in brackets may contain anything; field 3 follows it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
    return sum + ((user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0)) * TICK_MS;
  }, 0);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
