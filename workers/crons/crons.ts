/** What runs on a clock. Each job is small and idempotent, and one that fails does not keep the next from running. */
import { createDatabase } from "../../db/client/client.ts";
import { upkeep } from "../../db/writes/upkeep.writes.ts";
import { outboxRoom } from "../../party/stubs.ts";
import type { Env } from "../env.ts";
import { PAGE_DEFAULT } from "../limits.ts";
import { queryFeed } from "../services/feeds.service.ts";
import { keepLanding } from "../services/landing.service.ts";

const MINUTELY = "* * * * *";
const NIGHTLY = "17 3 * * *";

const databaseOf = (env: Env) =>
  createDatabase({
    url: env.DATABASE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });

/** Delivers what a crash between commit and delivery left behind. */
async function drainOutbox(env: Env): Promise<void> {
  await outboxRoom(env).drain();
}

async function refreshLanding(env: Env): Promise<void> {
  await keepLanding(
    env,
    await queryFeed({ db: databaseOf(env), token: null }, "latest", { limit: PAGE_DEFAULT }),
  );
}

async function tidy(env: Env): Promise<void> {
  const db = databaseOf(env);
  const failures: unknown[] = [];
  for (const job of upkeep()) {
    await db.asService([job]).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, "upkeep");
}

const jobs: Record<string, readonly ((env: Env) => Promise<void>)[]> = {
  [MINUTELY]: [drainOutbox, refreshLanding],
  [NIGHTLY]: [tidy],
};

/** @param cron the expression that came due, as wrangler.toml names it */
export async function runCron(cron: string, env: Env): Promise<void> {
  const outcomes = await Promise.allSettled((jobs[cron] ?? []).map((job) => job(env)));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `cron ${cron}`);
}
