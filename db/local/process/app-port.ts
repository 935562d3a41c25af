import { DEMO_PASSWORD, demoEmail, demoHandles } from "../../seed/seed.ts";
import { say } from "./lifetime.ts";
import { isPortFree, nextFreePort } from "./ports.ts";

const DEFAULT_PORT = 5173;

/** PORT when set (throws when it is taken: it was asked for by name), else the first free one from 5173. */
export async function chooseAppPort(): Promise<number> {
  const forced = process.env.PORT;
  if (forced === undefined || forced === "") return nextFreePort(DEFAULT_PORT);
  const port = Number(forced);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`PORT=${forced} is not a port.`);
  if (!(await isPortFree(port))) throw new Error(`PORT=${port} is taken by another program.`);
  return port;
}

/** Says where to go and whom to be. */
export function announce(port: number): void {
  say("");
  say(`  Plaza is at  http://localhost:${port}`);
  say(`  Its API      http://localhost:${port}/api/docs`);
  say(`  Its mail     http://localhost:${port}/api/dev/mailbox`);
  say("");
  say(`  Demo accounts (in a database that was empty), password ${DEMO_PASSWORD}`);
  for (const handle of demoHandles) say(`    ${demoEmail(handle)}`);
  say("");
  say("  Ctrl-C stops everything; the data stays in .plaza/");
  say("");
}
