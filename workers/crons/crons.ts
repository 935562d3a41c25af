/**
 * The jobs of wrangler.toml's cron triggers. Each is short and idempotent; one that fails does not stop the
 * others.
 */
import { createDatabase } from "../../db/client/client.ts";
import { upkeep } from "../../db/writes/upkeep.writes.ts";
import { outboxRoom } from "../../party/stubs.ts";
import { writeFirstPage } from "../cache/first-page.cache.ts";
import type { Env } from "../env.ts";
import { PAGE_DEFAULT } from "../limits.ts";
import { queryFeed } from "../services/feeds.service.ts";

const MINUTELY = "* * * * *";
const NIGHTLY = "17 3 * * *";

const databaseOf = (env: Env) =>
  createDatabase({
    url: env.DATABASE_URL,
    serviceUrl: env.DATABASE_SERVICE_URL,
    endpoint: env.NEON_ENDPOINT,
  });

/** Delivers what a crash between commit and delivery left in the outbox. */
async function drainOutbox(env: Env): Promise<void> {
  await outboxRoom(env).drain();
}

async function refreshFirstPage(env: Env): Promise<void> {
  const page = await queryFeed({ db: databaseOf(env), token: null }, "latest", { limit: PAGE_DEFAULT });
  await writeFirstPage(env, page);
}

/** Deletes expired rows and creates partitions ahead. */
async function runUpkeep(env: Env): Promise<void> {
  const db = databaseOf(env);
  const failures: unknown[] = [];
  for (const statement of upkeep()) {
    await db.asService([statement]).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, "upkeep");
}

const jobs: Record<string, readonly ((env: Env) => Promise<void>)[]> = {
  [MINUTELY]: [drainOutbox, refreshFirstPage],
  [NIGHTLY]: [runUpkeep],
};

/** @param cron the trigger's expression, as wrangler.toml spells it */
export async function runCron(cron: string, env: Env): Promise<void> {
  const outcomes = await Promise.allSettled((jobs[cron] ?? []).map((job) => job(env)));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `cron ${cron}`);
}
