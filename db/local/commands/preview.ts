/** `npm run preview`: the built app by `wrangler dev`, on the same database and rooms as `npm run dev`. */
import { fileURLToPath } from "node:url";
import { claimApp } from "../process/app-lock.ts";
import { announce, chooseAppPort } from "../process/app-port.ts";
import { startAppProcess, untilAnswering } from "../process/app-process.ts";
import { fireCrons } from "../process/crons.ts";
import { openDevDatabase, writeDevVars } from "../process/dev-stack.ts";
import { runUntilStopped, say } from "../process/lifetime.ts";
import { seedIfEmpty } from "./seed-guard.ts";

const command = runUntilStopped(async (onStop) => {
  say("Plaza is starting, as built:");
  const step = (line: string) => say(`  - ${line}`);
  onStop(await claimApp());
  const port = await chooseAppPort();
  const database = await openDevDatabase(step);
  onStop(() => database.stop());
  if (await seedIfEmpty(database)) step("a demo community, because the database was empty");
  await writeDevVars(database, port);

  step(`wrangler dev on port ${port}`);
  const wrangler = fileURLToPath(new URL("../../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
  const address = ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  const app = startAppProcess(wrangler, ["dev", "--persist-to", ".plaza/state", ...address], (code) => {
    say(`wrangler ended by itself (exit code ${code}).`);
    void command.stop(code === 0 ? 0 : 1);
  });
  onStop(() => app.stop());
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswering(origin);
  onStop(fireCrons(origin, say));
  announce(port);
});
