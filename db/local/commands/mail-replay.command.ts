/** `npm run mail:replay`: after the cause is mended, mails that could not be sent get another try. */
import { say } from "../process/lifetime.ts";
import { replayMail } from "./mail-replay.ts";

const { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: token } = process.env;
try {
  if (!accountId || !token)
    throw new Error("Set CLOUDFLARE_ACCOUNT_ID, and CLOUDFLARE_API_TOKEN of a token that may edit queues.");
  const count = await replayMail({ accountId, token });
  say(count === 0 ? "No mail was given up." : `Mails that get another try: ${count}.`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
