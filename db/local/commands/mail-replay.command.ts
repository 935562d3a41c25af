/** `npm run mail:replay`: moves failed mails back to their queue, after the cause was fixed. */
import { printLine } from "../process/lifetime.ts";
import { replayMail } from "./mail-replay.ts";

const { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: token } = process.env;
try {
  if (!accountId || !token)
    throw new Error("Set CLOUDFLARE_ACCOUNT_ID, and CLOUDFLARE_API_TOKEN of a token that may edit queues.");
  const count = await replayMail({ accountId, token });
  printLine(count === 0 ? "The dead-letter queue is empty." : `Mails moved back to the queue: ${count}.`);
} catch (error) {
  printLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
