import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NeonProxyThread, startNeonProxyThread } from "../neon-proxy/proxy-thread.ts";
import { freePort } from "../process/ports.ts";
import { openSecrets } from "../process/secrets.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { runMigrations } from "./migrate.ts";
import { asRole, ensureOwner, onDatabase, openServingRoles, withClient } from "./roles.ts";

/** The addresses of one database. All are `postgresql://` but `neonEndpoint`, which is `http://`. */
export type DatabaseUrls = {
  /** plaza_owner: runs migrations, makes databases. */
  ownerUrl: string;
  /** plaza_app: serves viewers, under row security. */
  appUrl: string;
  /** plaza_service: crons and delivery. */
  serviceUrl: string;
  /** Where the Neon driver sends its requests: the value for NEON_ENDPOINT. */
  neonEndpoint: string;
};

/** A whole server: enough, as plain data, to make further databases on it from any process. */
export type ServerUrls = DatabaseUrls & {
  /** The cluster's superuser, for tests that look into the catalog. */
  superuserUrl: string;
  /** The migrated database that copies are made of; nobody may be connected to it. */
  template: string;
};

export type IsolatedDatabase = DatabaseUrls & { drop(): Promise<void> };

export type RunningDatabase = ServerUrls & {
  /** `createDatabase` on this server. */
  createDatabase(options?: { isEmpty?: boolean }): Promise<IsolatedDatabase>;
  /** Its `setFault` makes the database hang or refuse, for the Worker only. */
  neonProxy: NeonProxyThread;
  /** The server's processes, to be crashed and started again. */
  postgres: Pick<Cluster, "pid" | "crash" | "restart">;
  /** Says what is out of the ordinary about where the data lives. */
  note?: string;
  stop(): Promise<void>;
};

type StartOptions = {
  /** Keeps the data here between starts. Left out: a throw-away folder. */
  dir?: string;
  /** Deletes the data at stop, and trades durability for speed. Default: true when `dir` is left out. */
  fresh?: boolean;
  /** Hears one line per step. */
  onStep?: (step: string) => void;
  /** Lets tests in another process switch faults on: `POST {endpoint's origin}/fault?mode=hang`. */
  isFaultSwitchOpen?: boolean;
  /** Further PostgreSQL settings, `name=value`. */
  settings?: readonly string[];
  /** Left out: true. Without, the database is empty and the serving roles do not exist. */
  migrate?: boolean;
};

/**
 * Starts real PostgreSQL 18 with the Neon wire in front of it, both on loopback only, brings the
 * database `plaza` up to date, and opens the serving roles.
 *
 * @example
 * const database = await startDatabase();
 * const own = await database.createDatabase();
 * // ... neonConfig.fetchEndpoint = own.neonEndpoint; neon(own.appUrl) ...
 * await own.drop();
 * await database.stop();
 */
export async function startDatabase(options: StartOptions = {}): Promise<RunningDatabase> {
  const { fresh = options.dir === undefined, onStep = () => undefined, isFaultSwitchOpen = false } = options;
  const dir = options.dir ?? (await makeThrowAwayDir());
  const { kept, isNew, remember } = await openSecrets(dir);
  const postgresPort = await freePort(kept.postgresPort);
  const neonProxyPort = await freePort(kept.neonProxyPort);
  await remember({ ...kept, postgresPort, neonProxyPort });

  onStep(`PostgreSQL 18 on port ${postgresPort}`);
  const cluster = await startCluster({
    dir,
    port: postgresPort,
    superuserPassword: kept.superuserPassword,
    isNew,
    fresh,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const undo = [
    async () => {
      if (fresh) await rm(dir, { recursive: true, force: true });
    },
    cluster.stop,
  ];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };

  try {
    const superuserUrl = `postgresql://postgres:${kept.superuserPassword}@127.0.0.1:${postgresPort}/postgres`;
    const ownerUrl = asRole(onDatabase(superuserUrl, "plaza"), "plaza_owner", kept.ownerPassword);
    const passwords = { plaza_app: kept.appPassword, plaza_service: kept.servicePassword };
    await ensureOwner(superuserUrl, kept.ownerPassword);
    onStep(`the Neon proxy on port ${neonProxyPort}`);
    const neonProxy = await startNeonProxyThread({ port: neonProxyPort, postgresPort, isFaultSwitchOpen });
    undo.push(neonProxy.stop);
    if (options.migrate !== false) {
      onStep("migrations");
      await runMigrations("migrate", ownerUrl);
      await openServingRoles(ownerUrl, passwords);
    }
    const template = fresh && options.migrate !== false ? "plaza_template" : "plaza";
    if (template === "plaza_template") await copyDatabase(superuserUrl, template, "plaza");
    const server: ServerUrls = {
      ownerUrl,
      appUrl: asRole(ownerUrl, "plaza_app", kept.appPassword),
      serviceUrl: asRole(ownerUrl, "plaza_service", kept.servicePassword),
      neonEndpoint: neonProxy.endpoint,
      superuserUrl,
      template,
    };
    const note = cluster.note === undefined ? {} : { note: cluster.note };
    const make: RunningDatabase["createDatabase"] = (wish) => createDatabase(server, wish);
    return { ...server, createDatabase: make, neonProxy, postgres: cluster, stop, ...note };
  } catch (error) {
    await stop();
    throw error;
  }
}

let databasesMade = 0;

/**
 * Makes a further database on a running server, a copy of the migrated template or an empty one, so
 * that test files are quick (about 0.1 s) and apart. The roles are the server's: shared.
 */
export async function createDatabase(
  server: ServerUrls,
  { isEmpty = false } = {},
): Promise<IsolatedDatabase> {
  databasesMade += 1;
  const name = `plaza_${process.pid}_${Date.now().toString(36)}_${databasesMade}`;
  await copyDatabase(server.superuserUrl, name, isEmpty ? "template0" : server.template);
  return {
    ownerUrl: onDatabase(server.ownerUrl, name),
    appUrl: onDatabase(server.appUrl, name),
    serviceUrl: onDatabase(server.serviceUrl, name),
    neonEndpoint: server.neonEndpoint,
    drop: () =>
      withClient(server.superuserUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function copyDatabase(superuserUrl: string, name: string, template: string): Promise<void> {
  await withClient(superuserUrl, (client) =>
    // A file copy of the few megabytes is quicker than the default, which writes them to the log.
    client.query(`create database ${name} owner plaza_owner template ${template} strategy file_copy`),
  );
}

async function makeThrowAwayDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "plaza-"));
  // The postgres user must be able to walk through; the secrets inside are 600.
  await chmod(dir, 0o755);
  return dir;
}
