/** `npm test`: builds the app, then runs every test. Further arguments go to vitest. */
import { spawn } from "node:child_process";
import { PROJECT_ROOT } from "../db/local/process/paths.ts";
import { runStep } from "./run-step.ts";

const args = process.argv.slice(2);
// Only these projects use the built app.
const needsBuild = !args.includes("--project") || args.includes("scenario") || args.includes("http");

async function main(): Promise<number> {
  if (needsBuild) {
    const build = await runStep("vite/bin/vite.js", ["build", "--config", "web/vite.config.ts"]);
    if (!build.ok) {
      console.error(build.output);
      console.log("\nThe app does not build.\n\n0 passed, 1 failed");
      return 1;
    }
  }
  const vitest = spawn(process.execPath, [`${PROJECT_ROOT}node_modules/vitest/vitest.mjs`, "run", ...args], {
    cwd: PROJECT_ROOT,
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => vitest.kill(signal));
  return new Promise((resolve) => vitest.once("close", (code) => resolve(code ?? 1)));
}

process.exitCode = await main();
