import { setTimeout as sleep } from "node:timers/promises";
import { type Client, DatabaseError } from "pg";
import { MIGRATIONS_DIR } from "../process/paths.ts";
import { type Migration, readMigrations } from "./migration-files.ts";
import { withClient } from "./roles.ts";

export type MigrateCommand = "migrate" | "rollback" | "status";

/** How long one run waits for another run on the same database before it fails. */
const RUN_LOCK_WAIT_MS = 60_000;
const RUN_LOCK_POLL_MS = 200;

/**
 * Runs migrations on one database, as its owner, and returns lines for the terminal:
 * - `migrate` applies every migration that is not yet recorded in `schema_migrations`, oldest first;
 * - `rollback` reverts the newest recorded migration;
 * - `status` lists all migrations and changes nothing.
 *
 * Each migration and its record are one transaction. Runs on the same database wait for each other.
 * @throws Error with the migration's name and Postgres's message. Earlier migrations of the run stay applied.
 */
export async function runMigrations(
  command: MigrateCommand,
  ownerUrl: string,
  dir = MIGRATIONS_DIR,
): Promise<string> {
  const migrations = await readMigrations(dir);
  const lines: string[] = [];
  try {
    await withClient(migrationUrl(ownerUrl), async (client) => {
      if (command === "status") {
        lines.push(...describeStatus(migrations, await findAppliedVersions(client)));
        return;
      }
      await lockRuns(client);
      const applied = await findAppliedVersions(client);
      if (command === "migrate") await applyPending(client, migrations, applied, lines);
      else await revertNewest(client, migrations, applied, lines);
    });
  } catch (error) {
    const reason = error instanceof MigrationError ? error.message : `${command}: ${describeError(error)}`;
    throw new Error([...lines, reason].join("\n"), { cause: error });
  }
  return lines.join("\n");
}

async function applyPending(client: Client, migrations: Migration[], applied: Set<string>, lines: string[]) {
  // The table that dbmate creates, so that databases migrated by earlier releases continue as they are.
  if (applied.size === 0)
    await client.query(
      "create table if not exists public.schema_migrations (version varchar(128) primary key)",
    );
  const pending = migrations.filter(({ version }) => !applied.has(version));
  for (const migration of pending) lines.push(await runSection(client, migration, "up"));
  if (pending.length === 0) lines.push("No pending migrations.");
}

async function revertNewest(client: Client, migrations: Migration[], applied: Set<string>, lines: string[]) {
  const newest = [...applied].sort().at(-1);
  if (newest === undefined)
    throw new MigrationError("No migration has been applied, so none can be rolled back.");
  const migration = migrations.find(({ version }) => version === newest);
  if (!migration)
    throw new MigrationError(`The newest applied migration, ${newest}, has no file in this checkout.`);
  lines.push(await runSection(client, migration, "down"));
}

/** Runs one section and records it in `schema_migrations`. */
async function runSection(client: Client, migration: Migration, direction: "up" | "down"): Promise<string> {
  const { sql, firstLine, isTransactional } = migration[direction];
  const startedAt = performance.now();
  try {
    if (isTransactional) await client.query("begin");
    await client.query(sql);
    await client.query(
      direction === "up"
        ? "insert into public.schema_migrations (version) values ($1)"
        : "delete from public.schema_migrations where version = $1",
      [migration.version],
    );
    if (isTransactional) await client.query("commit");
  } catch (error) {
    // Fails only when the connection is lost; the server then rolls back by itself.
    if (isTransactional) await client.query("rollback").catch(() => undefined);
    const outcome = isTransactional ? "was rolled back" : "failed outside a transaction";
    const position = error instanceof DatabaseError ? Number(error.position ?? 0) : 0;
    const line =
      position > 0 ? `, line ${firstLine + sql.slice(0, position - 1).split("\n").length - 1}` : "";
    throw new MigrationError(
      `Migration ${migration.name} (${direction}${line}) ${outcome}: ${describeError(error)}`,
      { cause: error },
    );
  }
  const verb = direction === "up" ? "Applied" : "Rolled back";
  return `${verb} ${migration.name} in ${Math.round(performance.now() - startedAt)} ms`;
}

/**
 * Takes the session's advisory lock; the end of the connection releases it. It polls, because a blocking
 * `pg_advisory_lock` holds a snapshot that `create index concurrently` in the other run would wait for.
 */
async function lockRuns(client: Client): Promise<void> {
  const deadline = performance.now() + RUN_LOCK_WAIT_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('plaza.schema_migrations', 0)) as taken",
    );
    if (rows[0]?.taken) return;
    if (performance.now() > deadline)
      throw new MigrationError(
        `Another migration run is still working on this database after ${RUN_LOCK_WAIT_MS / 1_000} s.`,
      );
    await sleep(RUN_LOCK_POLL_MS);
  }
}

/** The recorded versions; none when the table does not exist yet. */
async function findAppliedVersions(client: Client): Promise<Set<string>> {
  const table = await client.query<{ exists: boolean }>(
    "select to_regclass('public.schema_migrations') is not null as exists",
  );
  if (!table.rows[0]?.exists) return new Set();
  const { rows } = await client.query<{ version: string }>("select version from public.schema_migrations");
  return new Set(rows.map(({ version }) => version));
}

function describeStatus(migrations: Migration[], applied: Set<string>): string[] {
  const known = new Set(migrations.map(({ version }) => version));
  const pending = migrations.filter(({ version }) => !applied.has(version));
  return [
    ...migrations.map(({ name, version }) => `[${applied.has(version) ? "X" : " "}] ${name}`),
    ...[...applied].filter((version) => !known.has(version)).map((version) => `[X] ${version} (no file)`),
    "",
    `Applied: ${applied.size}`,
    `Pending: ${pending.length}`,
  ];
}

/** An error whose message needs no further context. */
class MigrationError extends Error {}

/** Postgres's message and SQLSTATE, then its detail, hint and context, each on its own line. */
function describeError(error: unknown): string {
  if (error instanceof DatabaseError) {
    const parts = { detail: error.detail, hint: error.hint, context: error.where };
    const more = Object.entries(parts).filter(([, text]) => text !== undefined);
    return [`${error.message} (${error.code})`, ...more.map(([part, text]) => `  ${part}: ${text}`)].join(
      "\n",
    );
  }
  // Node reports a refused connection to a name with several addresses as an error without a message.
  if (error instanceof AggregateError) return error.errors.map(describeError).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** Neon's direct host in place of its pooled one: the same server without PgBouncer. */
export function withoutPooler(url: string): URL {
  const direct = new URL(url);
  if (direct.hostname.endsWith(".neon.tech")) direct.hostname = direct.hostname.replace("-pooler.", ".");
  return direct;
}

/**
 * The connection string that migrations use:
 * - Neon's direct host, because PgBouncer supports neither session locks nor `options`;
 * - TLS with a verified certificate, unless the server is local or the URL has `sslmode=disable` or `no-verify`;
 * - `lock_timeout` of one second unless given: later queries on a table queue behind a migration that waits.
 */
export function migrationUrl(ownerUrl: string): string {
  const url = withoutPooler(ownerUrl);
  const parameters = url.searchParams;
  // Neon shows it in every connection string; `pg` has no such parameter.
  parameters.delete("channel_binding");
  const isLocal = url.hostname === "127.0.0.1" || url.hostname === "localhost";
  // `pg` verifies the certificate with `require` too, but warns that this may change.
  const sslmode = parameters.get("sslmode") ?? (isLocal ? "disable" : "require");
  parameters.set("sslmode", sslmode === "require" ? "verify-full" : sslmode);

  const options = parameters.get("options") ?? process.env.PGOPTIONS ?? "";
  // `pg` reads a parameter of this name as a number of milliseconds, without its unit.
  const given = parameters.get("lock_timeout");
  parameters.delete("lock_timeout");
  const lockTimeout = given ?? (options.includes("lock_timeout") ? null : "1000");
  if (lockTimeout !== null) parameters.set("options", `${options} -c lock_timeout=${lockTimeout}`.trim());
  return url.href;
}
