/**
 * `npm run preview`: serves the built app with `wrangler dev`, on the same database and Worker state as `npm
 * run dev`.
 */
import { fileURLToPath } from "node:url";
import { lockApp } from "../process/app-lock.ts";
import { chooseAppPort, printAddresses } from "../process/app-port.ts";
import { startAppProcess, waitForHttp } from "../process/app-process.ts";
import { fireCrons } from "../process/crons.ts";
import { openDevDatabase, writeDevVars } from "../process/dev-stack.ts";
import { printLine, runUntilStopped } from "../process/lifetime.ts";
import { seedIfEmpty } from "./seed-guard.ts";

const command = runUntilStopped(async (onStop) => {
  printLine("Plaza is starting, as built:");
  const step = (line: string) => printLine(`  - ${line}`);
  onStop(await lockApp());
  const port = await chooseAppPort();
  const database = await openDevDatabase(step);
  onStop(() => database.stop());
  if (await seedIfEmpty(database)) step("a demo community, because the database was empty");
  await writeDevVars(database, port);

  step(`wrangler dev on port ${port}`);
  const wrangler = fileURLToPath(new URL("../../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
  const address = ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  const app = startAppProcess(wrangler, ["dev", "--persist-to", ".plaza/state", ...address], (code) => {
    printLine(`wrangler ended by itself (exit code ${code}).`);
    void command.stop(code === 0 ? 0 : 1);
  });
  onStop(() => app.stop());
  const origin = `http://127.0.0.1:${port}`;
  await waitForHttp(origin);
  onStop(fireCrons(origin, printLine));
  printAddresses(port);
});
