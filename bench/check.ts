/** `npm run check`: binding types, TypeScript, Biome, knip. Prints nothing when all pass. */
import { mkdir } from "node:fs/promises";
import { PROJECT_ROOT } from "../db/local/process/paths.ts";
import { runStep } from "./run-step.ts";

const STEPS: readonly { name: string; program: string; args: readonly string[] }[] = [
  {
    name: "wrangler types",
    program: "wrangler/bin/wrangler.js",
    args: ["types", ".types/worker.d.ts", "--strict-vars=false"],
  },
  // Forced, because an incremental build does not notice a changed tsconfig.
  { name: "TypeScript", program: "typescript/bin/tsc", args: ["-b", "--force", "--pretty", "false"] },
  { name: "Biome", program: "@biomejs/biome/bin/biome", args: ["check", "--max-diagnostics=50"] },
  { name: "knip", program: "knip/bin/knip.js", args: ["--no-progress"] },
];

await mkdir(`${PROJECT_ROOT}.types`, { recursive: true });
for (const { name, program, args } of STEPS) {
  const { ok, output } = await runStep(program, args);
  if (ok) continue;
  console.error(`${name}:\n${output}`);
  process.exitCode = 1;
}
