/** `npm run capability -- grant|revoke HANDLE CAPABILITY REASON`: what an account may do; adds a row to the audit log. */
import { neonUrls } from "../postgres/neon.ts";
import { openDevDatabase, ownerUrlFromEnvironment, urlFromEnvironment } from "../process/dev-stack.ts";
import { printLine } from "../process/lifetime.ts";
import { setCapabilityByArguments } from "./set-capability.ts";

async function main(args: readonly string[]): Promise<string> {
  const serviceUrl = urlFromEnvironment("DATABASE_SERVICE_URL");
  if (serviceUrl !== null) return setCapabilityByArguments(serviceUrl, args);
  const ownerUrl = ownerUrlFromEnvironment();
  // Not openDevDatabase(), which would also run migrations.
  if (ownerUrl !== null) return setCapabilityByArguments((await neonUrls(ownerUrl)).serviceUrl, args);
  const database = await openDevDatabase(() => undefined);
  try {
    return await setCapabilityByArguments(database.serviceUrl, args);
  } finally {
    await database.stop();
  }
}

try {
  printLine(await main(process.argv.slice(2)));
} catch (error) {
  printLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
