import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { isDue } from "./cron-schedule.ts";
import { PROJECT_ROOT } from "./paths.ts";

const MINUTE_MS = 60_000;
const triggersShape = z.object({ crons: z.array(z.string()) });

/**
 * Fires the Cron Triggers of wrangler.toml on their schedule through the runtime's scheduled endpoint; local
 * runtimes do not fire them. Returns the function that stops it.
 */
export function fireCrons(origin: string, onFailure: (message: string) => void): () => void {
  const config = unstable_readConfig({ config: `${PROJECT_ROOT}wrangler.toml` });
  const { crons } = triggersShape.parse(config.triggers);
  let timer: NodeJS.Timeout;
  const waitForMinute = () => {
    timer = setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS) + 50);
  };
  const tick = () => {
    const now = new Date();
    for (const cron of crons) if (isDue(cron, now)) void fire(origin, cron, onFailure);
    waitForMinute();
  };
  waitForMinute();
  return () => clearTimeout(timer);
}

async function fire(origin: string, cron: string, onFailure: (message: string) => void): Promise<void> {
  const url = new URL("/cdn-cgi/local/scheduled", origin);
  url.searchParams.set("cron", cron);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(MINUTE_MS) });
    if (!response.ok) onFailure(`cron ${cron}: HTTP ${response.status}`);
    await response.body?.cancel();
  } catch (error) {
    onFailure(`cron ${cron}: ${error instanceof Error ? error.message : "failed"}`);
  }
}
