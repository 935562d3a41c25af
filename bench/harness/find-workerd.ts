import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** The workerd that this process started: its only child of that name. */
export function findWorkerd(): number {
  const found = existsSync("/proc/self/task") ? findInProc() : findInPs(listProcesses(), process.pid);
  if (found === undefined) throw new Error("workerd is not among this process's children.");
  return found;
}

function findInProc(): number | undefined {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(/\s+/);
  return children.map(Number).find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd"));
}

/** For systems without /proc, such as macOS. */
export function listProcesses(): string {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
}

/**
 * Finds the child named workerd in lines of `pid ppid comm`. macOS prints the program's whole path as
 * comm.
 */
export function findInPs(lines: string, parent: number): number | undefined {
  for (const line of lines.split("\n")) {
    const [, pid, ppid, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (Number(ppid) === parent && basename(command).startsWith("workerd")) return Number(pid);
  }
  return undefined;
}
