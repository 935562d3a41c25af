import { spawn } from "node:child_process";
import { PROJECT_ROOT } from "../db/local/process/paths.ts";

/** Runs a program of node_modules and captures its output, to be printed only when it fails. */
export async function runStep(
  program: string,
  args: readonly string[],
): Promise<{ ok: boolean; output: string }> {
  const run = spawn(process.execPath, [`${PROJECT_ROOT}node_modules/${program}`, ...args], {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  let output = "";
  for (const stream of [run.stdout, run.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise((resolve, reject) => run.once("close", resolve).once("error", reject));
  return { ok: code === 0, output };
}
