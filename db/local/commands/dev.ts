/** `npm run dev`: starts the local stack with hot reload: database, Worker, rooms, web app, crons. */
import { fileURLToPath } from "node:url";
import { lockApp } from "../process/app-lock.ts";
import { chooseAppPort, printAddresses } from "../process/app-port.ts";
import { startAppProcess, waitForHttp } from "../process/app-process.ts";
import { fireCrons } from "../process/crons.ts";
import { openDevDatabase, writeDevVars } from "../process/dev-stack.ts";
import { printLine, runUntilStopped } from "../process/lifetime.ts";
import { seedIfEmpty } from "./seed-guard.ts";

const command = runUntilStopped(async (onStop) => {
  printLine("Plaza is starting:");
  const step = (line: string) => printLine(`  - ${line}`);
  onStop(await lockApp());
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
      printLine(`Vite ended by itself (exit code ${code}).`);
      void command.stop(code === 0 ? 0 : 1);
    },
  );
  onStop(() => {
    printLine("\nStopping.");
    return app.stop();
  });
  const origin = `http://127.0.0.1:${port}`;
  await waitForHttp(origin);
  onStop(fireCrons(origin, printLine));
  printAddresses(port);
});
