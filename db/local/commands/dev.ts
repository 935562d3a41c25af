/** `npm run dev`: the whole of Plaza on this machine, with hot reload. */
import { fileURLToPath } from "node:url";
import { claimApp } from "../process/app-lock.ts";
import { announce, chooseAppPort } from "../process/app-port.ts";
import { startAppProcess, untilAnswering } from "../process/app-process.ts";
import { fireCrons } from "../process/crons.ts";
import { openDevDatabase, writeDevVars } from "../process/dev-stack.ts";
import { runUntilStopped, say } from "../process/lifetime.ts";
import { seedIfEmpty } from "./seed-guard.ts";

const command = runUntilStopped(async (onStop) => {
  say("Plaza is starting:");
  const step = (line: string) => say(`  - ${line}`);
  onStop(await claimApp());
  const port = await chooseAppPort();
  const database = await openDevDatabase(step);
  onStop(() => database.stop());
  if (await seedIfEmpty(database)) step("a demo community, because the database was empty");
  await writeDevVars(database, port);

  step(`the Worker and the web app on port ${port}`);
  const vite = fileURLToPath(new URL("../../../node_modules/vite/bin/vite.js", import.meta.url));
  const address = ["--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const app = startAppProcess(
    vite,
    ["--config", "web/vite.config.ts", "--clearScreen", "false", ...address],
    (code) => {
      say(`Vite ended by itself (exit code ${code}).`);
      void command.stop(code === 0 ? 0 : 1);
    },
  );
  onStop(() => {
    say("\nStopping.");
    return app.stop();
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswering(origin);
  onStop(fireCrons(origin, say));
  announce(port);
});
