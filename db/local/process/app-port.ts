import { DEMO_PASSWORD, demoEmail, demoHandles } from "../../seed/seed.ts";
import { printLine } from "./lifetime.ts";
import { isPortFree, nextFreePort } from "./ports.ts";

const DEFAULT_PORT = 5173;

/** PORT when set (throws when it is not free), else the first free port from 5173. */
export async function chooseAppPort(): Promise<number> {
  const forced = process.env.PORT;
  if (forced === undefined || forced === "") return nextFreePort(DEFAULT_PORT);
  const port = Number(forced);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`PORT=${forced} is not a port.`);
  if (!(await isPortFree(port))) throw new Error(`PORT=${port} is taken by another program.`);
  return port;
}

/** Prints the URLs and the demo accounts. */
export function printAddresses(port: number): void {
  printLine("");
  printLine(`  Plaza is at  http://localhost:${port}`);
  printLine(`  Its API      http://localhost:${port}/api/docs`);
  printLine(`  Its mail     http://localhost:${port}/api/dev/mailbox`);
  printLine("");
  printLine(`  Demo accounts (in a database that was empty), password ${DEMO_PASSWORD}`);
  for (const handle of demoHandles) printLine(`    ${demoEmail(handle)}`);
  printLine("");
  printLine("  Ctrl-C stops everything; the data stays in .plaza/");
  printLine("");
}
