import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, inject, onTestFinished, test } from "vitest";

const GONE_WITHIN_MS = 15_000;

/** A bench that has started its Plaza and runs for a minute. */
const BENCH = `
import { startPlaza } from ${JSON.stringify(new URL("./plaza.ts", import.meta.url).href)};
const plaza = await startPlaza(JSON.parse(process.argv[1]));
console.log(plaza.workerdPid());
await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

async function startBench(): Promise<{ bench: number; host: number; workerd: number }> {
  const dir = await mkdtemp(join(tmpdir(), "plaza-killed-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));
  const options = JSON.stringify({ dir, database: inject("plazaDatabase") });
  const bench = spawn(process.execPath, ["--input-type=module", "-e", BENCH, options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void bench.kill("SIGKILL"));
  const stderr = text(bench.stderr);
  const workerd = await new Promise<number>((resolve, reject) => {
    bench.stdout.once("data", (line: Buffer) => resolve(Number(line.toString())));
    bench.once("exit", async () => reject(new Error(await stderr)));
  });
  const host = parentOf(workerd);
  onTestFinished(() => {
    for (const pid of [workerd, host]) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return { bench: bench.pid ?? 0, host, workerd };
}

/** The fourth field of stat. The second, the name in brackets, may contain spaces. */
const parentOf = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);

/** A killed process is a zombie (Z) until its parent waits for it; it is dead all the same. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test.runIf(existsSync("/proc/self/stat")).each([
  ["the bench", ["bench"]],
  ["the host of workerd", ["host"]],
  ["both at once", ["host", "bench"]],
] as const)("workerd and its host are gone after SIGKILL to %s", async (_what, victims) => {
  const pids = await startBench();
  expect([pids.bench, pids.host, pids.workerd].map(isAlive)).toEqual([true, true, true]);
  for (const victim of victims) process.kill(pids[victim], "SIGKILL");
  await expect
    .poll(() => [pids.host, pids.workerd].map(isAlive), { timeout: GONE_WITHIN_MS })
    .toEqual([false, false]);
});
