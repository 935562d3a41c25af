import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type DatabaseUrls, startDatabase } from "../postgres/database.ts";
import { runMigrations } from "../postgres/migrate.ts";
import { neonUrls } from "../postgres/neon.ts";
import { DEV_VARS_FILE, LOCAL_STATE_DIR } from "./paths.ts";
import { openSecrets } from "./secrets.ts";

const DEFAULT_PORT = 5173;

/** The development database. `neonEndpoint` is empty for a real Neon project. */
export type DevDatabase = DatabaseUrls & { kind: "embedded" | "shared" | "neon"; stop(): Promise<void> };

const runningDatabaseSchema = z.object({
  pid: z.number().int(),
  ownerUrl: z.string(),
  appUrl: z.string(),
  serviceUrl: z.string(),
  neonEndpoint: z.string(),
});

/** Written by the process that runs the embedded database, for other commands. */
const RUNNING_DATABASE_FILE = join(LOCAL_STATE_DIR, "database.json");

/**
 * Opens the development database and runs pending migrations:
 * - with `DATABASE_URL` in the environment: that Neon project (the owner's URL), see `neonUrls`;
 * - else, when another command of this checkout runs a database (`npm run db:up`): that one;
 * - else starts embedded PostgreSQL and the Neon proxy, with the data in `.plaza/`.
 */
export async function openDevDatabase(onStep: (step: string) => void): Promise<DevDatabase> {
  const neonUrl = ownerUrlFromEnvironment();
  if (neonUrl !== null) return openNeon(neonUrl, onStep);

  const running = await findRunningDatabase();
  if (running) {
    onStep(`the database that process ${running.pid} runs already`);
    await runMigrations("migrate", running.ownerUrl);
    return { ...running, kind: "shared", stop: async () => undefined };
  }
  await mkdir(LOCAL_STATE_DIR, { recursive: true, mode: 0o755 });
  const database = await startDatabase({ dir: LOCAL_STATE_DIR, fresh: false, onStep });
  if (database.note) onStep(`note: ${database.note}`);
  const { ownerUrl, appUrl, serviceUrl, neonEndpoint } = database;
  const urls = { ownerUrl, appUrl, serviceUrl, neonEndpoint };
  await writeFile(RUNNING_DATABASE_FILE, JSON.stringify({ pid: process.pid, ...urls }), { mode: 0o600 });
  const stop = async () => {
    if ((await readRunningDatabaseFile())?.pid === process.pid)
      await rm(RUNNING_DATABASE_FILE, { force: true });
    await database.stop();
  };
  return { ...urls, kind: "embedded", stop };
}

/** The owner's URL for migrations: from the environment, or of the running database. */
export async function findOwnerUrl(): Promise<string | null> {
  return ownerUrlFromEnvironment() ?? (await findRunningDatabase())?.ownerUrl ?? null;
}

/** The owner's URL from the environment, null when none is set. */
export function ownerUrlFromEnvironment(environment: NodeJS.ProcessEnv = process.env): string | null {
  return (
    urlFromEnvironment("DATABASE_OWNER_URL", environment) ?? urlFromEnvironment("DATABASE_URL", environment)
  );
}

/**
 * A URL from the environment, null when it is not set. Throws when it is empty, which usually means a missing
 * secret in CI: falling back to the local database would hide it.
 */
export function urlFromEnvironment(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | null {
  const given = environment[name];
  if (given?.trim() === "") throw new Error(`${name} is set but empty. Give it a value, or unset it.`);
  return given ?? null;
}

async function readRunningDatabaseFile() {
  const text = await readFile(RUNNING_DATABASE_FILE, "utf8").catch(() => null);
  if (text === null) return null;
  return runningDatabaseSchema.safeParse(JSON.parse(text)).data ?? null;
}

async function findRunningDatabase() {
  const found = await readRunningDatabaseFile();
  if (!found) return null;
  // The process may have ended and its id may be reused: the proxy's response contains the id of its process.
  const response = await fetch(new URL("/", found.neonEndpoint), { signal: AbortSignal.timeout(2_000) })
    .then((answer) => answer.json())
    .catch(() => null);
  const isAlive = z.object({ pid: z.literal(found.pid) }).safeParse(response).success;
  return isAlive ? found : null;
}

async function openNeon(ownerUrl: string, onStep: (step: string) => void): Promise<DevDatabase> {
  onStep(`the database at ${new URL(ownerUrl).hostname}, from DATABASE_URL; migrations`);
  await runMigrations("migrate", ownerUrl);
  return { ...(await neonUrls(ownerUrl)), kind: "neon", stop: async () => undefined };
}

/** Writes `.dev.vars`, from which the Vite plugin and `wrangler dev` read the Worker's variables. */
export async function writeDevVars(database: DatabaseUrls, port = DEFAULT_PORT): Promise<void> {
  const { secrets } = await openSecrets(LOCAL_STATE_DIR);
  const text = formatDevVars(database, secrets.authSecret, `http://localhost:${port}`);
  await writeFile(DEV_VARS_FILE, text, { mode: 0o600 });
}

/** The Worker's variables for local development, as `NAME="value"` lines. */
export function formatDevVars(database: DatabaseUrls, authSecret: string, publicUrl: string): string {
  const variables = devVariables(database, authSecret, publicUrl);
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join("");
}

/** The Worker's variables for local development and tests. Mail goes to the local mailbox. */
export function devVariables(database: DatabaseUrls, authSecret: string, publicUrl: string) {
  return {
    DATABASE_URL: database.appUrl,
    DATABASE_SERVICE_URL: database.serviceUrl,
    NEON_ENDPOINT: database.neonEndpoint,
    AUTH_SECRET: authSecret,
    PUBLIC_URL: publicUrl,
    MAIL_FROM: "Plaza <plaza@localhost>",
    DEV_MAILBOX: "1",
  };
}
