import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { PROJECT_ROOT } from "./paths.ts";
import { startWatchdog } from "./watchdog.ts";

const STOP_TIMEOUT_MS = 8_000;
const READY_TIMEOUT_MS = 120_000;

/**
 * Starts a Node program (Vite, wrangler) in its own process group, so that Ctrl-C reaches only this process
 * and the database stops after the program. When `stop` returns, no process of the group is left.
 */
export function startAppProcess(
  program: string,
  args: readonly string[],
  onExit: (code: number | null) => void,
) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: PROJECT_ROOT,
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      FORCE_COLOR: process.stdout.isTTY ? "1" : "0",
    },
  });
  const group = -(child.pid ?? 0);
  const dismissWatchdog = startWatchdog(group, "TERM");
  let isStopping = false;
  child.once("exit", (code) => {
    if (!isStopping) onExit(code);
  });
  const stop = async () => {
    isStopping = true;
    signalGroup(group, "SIGTERM");
    for (let waited = 0; waited < STOP_TIMEOUT_MS && signalGroup(group, 0); waited += 50) await sleep(50);
    signalGroup(group, "SIGKILL");
    dismissWatchdog();
  };
  return { stop };
}

/** Waits until the origin sends any HTTP response. */
export async function waitForHttp(origin: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(origin, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
    if (response) return void (await response.body?.cancel());
    await sleep(100);
  }
  throw new Error(`${origin} did not answer within ${READY_TIMEOUT_MS / 1000} s.`);
}

/** False when no process of the group is left. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(group, signal);
    return true;
  } catch {
    return false;
  }
}
