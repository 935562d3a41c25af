import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type DatabaseUrls, startDatabase } from "../postgres/database.ts";
import { runMigrations } from "../postgres/migrate.ts";
import { neonUrls } from "../postgres/neon.ts";
import { DEV_VARS_FILE, LOCAL_STATE_DIR } from "./paths.ts";
import { openSecrets } from "./secrets.ts";

const DEFAULT_PORT = 5173;

/** The database of this checkout, however it is run. `neonEndpoint` is empty on a real Neon project. */
export type DevDatabase = DatabaseUrls & { kind: "embedded" | "shared" | "neon"; stop(): Promise<void> };

const announcementShape = z.object({
  pid: z.number().int(),
  ownerUrl: z.string(),
  appUrl: z.string(),
  serviceUrl: z.string(),
  neonEndpoint: z.string(),
});

const ANNOUNCEMENT = join(LOCAL_STATE_DIR, "database.json");

/**
 * Opens this checkout's database and brings it up to date:
 * - `DATABASE_URL` in the environment: that Neon project (its owner's URL), by `neonUrls`;
 * - a rig that runs already (`npm run db:up`): the same database, shared;
 * - else embedded PostgreSQL and the wire, with the data in `.plaza/`.
 */
export async function openDevDatabase(onStep: (step: string) => void): Promise<DevDatabase> {
  const neonUrl = givenOwnerUrl();
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
  await writeFile(ANNOUNCEMENT, JSON.stringify({ pid: process.pid, ...urls }), { mode: 0o600 });
  const stop = async () => {
    if ((await readAnnouncement())?.pid === process.pid) await rm(ANNOUNCEMENT, { force: true });
    await database.stop();
  };
  return { ...urls, kind: "embedded", stop };
}

/** The URL that migrations use: given in the environment, or the running rig's. */
export async function findOwnerUrl(): Promise<string | null> {
  return givenOwnerUrl() ?? (await findRunningDatabase())?.ownerUrl ?? null;
}

/** The owner's URL from the environment, null when none is set. */
export function givenOwnerUrl(environment: NodeJS.ProcessEnv = process.env): string | null {
  return givenUrl("DATABASE_OWNER_URL", environment) ?? givenUrl("DATABASE_URL", environment);
}

/**
 * A URL from the environment, null when it is not set. Set but empty is a secret that is missing: falling
 * back to the laptop's own database would look like success.
 */
export function givenUrl(name: string, environment: NodeJS.ProcessEnv = process.env): string | null {
  const given = environment[name];
  if (given?.trim() === "") throw new Error(`${name} is set but empty. Give it a value, or unset it.`);
  return given ?? null;
}

async function readAnnouncement() {
  const text = await readFile(ANNOUNCEMENT, "utf8").catch(() => null);
  if (text === null) return null;
  return announcementShape.safeParse(JSON.parse(text)).data ?? null;
}

async function findRunningDatabase() {
  const found = await readAnnouncement();
  if (!found) return null;
  // Its process may be gone, and its number someone else's: the wire itself says who runs it.
  const said = await fetch(new URL("/", found.neonEndpoint), { signal: AbortSignal.timeout(2_000) })
    .then((response) => response.json())
    .catch(() => null);
  const isAlive = z.object({ pid: z.literal(found.pid) }).safeParse(said).success;
  return isAlive ? found : null;
}

async function openNeon(ownerUrl: string, onStep: (step: string) => void): Promise<DevDatabase> {
  onStep(`the database at ${new URL(ownerUrl).hostname}, from DATABASE_URL; migrations`);
  await runMigrations("migrate", ownerUrl);
  return { ...(await neonUrls(ownerUrl)), kind: "neon", stop: async () => undefined };
}

/** Writes `.dev.vars`, which the Vite plugin and `wrangler dev` give to the Worker. */
export async function writeDevVars(database: DatabaseUrls, port = DEFAULT_PORT): Promise<void> {
  const { kept } = await openSecrets(LOCAL_STATE_DIR);
  const text = devVars(database, kept.authSecret, `http://localhost:${port}`);
  await writeFile(DEV_VARS_FILE, text, { mode: 0o600 });
}

/** The Worker's variables on a laptop, as `NAME="value"` lines. */
export function devVars(database: DatabaseUrls, authSecret: string, publicUrl: string): string {
  const variables = devVariables(database, authSecret, publicUrl);
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join("");
}

/** The Worker's variables on a laptop and in tests. Mail goes to the mailbox instead of out. */
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
