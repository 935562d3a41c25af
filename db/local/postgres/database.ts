import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NeonProxyThread, startNeonProxyThread } from "../neon-proxy/proxy-thread.ts";
import { freePort } from "../process/ports.ts";
import { openSecrets } from "../process/secrets.ts";
import { type Cluster, startCluster } from "./cluster.ts";

import { runMigrations } from "./migrate.ts";
import { asRole, enableLogin, ensureOwner, onDatabase, withClient } from "./roles.ts";

/** The URLs of one database: `postgresql://`, except `neonEndpoint`, which is `http://`. */
export type DatabaseUrls = {
  /** plaza_owner: runs migrations, creates databases. */
  ownerUrl: string;
  /** plaza_app: serves viewers, under row security. */
  appUrl: string;
  /** plaza_service: crons and delivery. */
  serviceUrl: string;
  /** Where the Neon driver sends its requests: the value for NEON_ENDPOINT. */
  neonEndpoint: string;
};

/** URLs of a server: plain data with which any process can create more databases on it. */
export type ServerUrls = DatabaseUrls & {
  /** Superuser, for tests that read the catalog. */
  superuserUrl: string;
  /** The migrated template database. `create database` fails while a connection to it is open. */
  template: string;
};

export type IsolatedDatabase = DatabaseUrls & { drop(): Promise<void> };

export type RunningDatabase = ServerUrls & {
  /** `createIsolatedDatabase` on this server. */
  createDatabase(options?: { isEmpty?: boolean }): Promise<IsolatedDatabase>;
  /** `setFault` makes requests of the Worker hang or fail. Direct connections are not affected. */
  neonProxy: NeonProxyThread;
  /** Crashes and restarts the server. */
  postgres: Pick<Cluster, "pid" | "crash" | "restart">;
  /** Set when the data is not in the usual folder; says where and why. */
  note?: string;
  stop(): Promise<void>;
};

type StartOptions = {
  /** State folder whose data is secrets between starts. Default: a temporary folder. */
  dir?: string;
  /** Deletes the data on stop and disables fsync. Default: true without `dir`. */
  fresh?: boolean;
  /** Called with one line per step. */
  onStep?: (step: string) => void;
  /** Accepts fault injection over HTTP: `POST {origin of neonEndpoint}/fault?mode=hang`. */
  isFaultSwitchOpen?: boolean;
  /** More server settings, `name=value`. */
  settings?: readonly string[];
  /** Default true. False: the database stays empty and the serving roles do not exist. */
  migrate?: boolean;
};

/**
 * Starts PostgreSQL 18 and the Neon proxy, both on loopback only, migrates the database `plaza` and sets the
 * passwords of the serving roles.
 *
 * @example
 * const database = await startDatabase();
 * const copy = await database.createDatabase();
 * // ... neonConfig.fetchEndpoint = copy.neonEndpoint; neon(copy.appUrl) ...
 * await copy.drop();
 * await database.stop();
 */
export async function startDatabase(options: StartOptions = {}): Promise<RunningDatabase> {
  const { fresh = options.dir === undefined, onStep = () => undefined, isFaultSwitchOpen = false } = options;
  const dir = options.dir ?? (await createTemporaryDir());
  const { secrets, isNew, save } = await openSecrets(dir);
  const postgresPort = await freePort(secrets.postgresPort);
  const neonProxyPort = await freePort(secrets.neonProxyPort);
  await save({ ...secrets, postgresPort, neonProxyPort });

  onStep(`PostgreSQL 18 on port ${postgresPort}`);
  const cluster = await startCluster({
    dir,
    port: postgresPort,
    superuserPassword: secrets.superuserPassword,
    isNew,
    fresh,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const stopSteps = [
    async () => {
      if (fresh) await rm(dir, { recursive: true, force: true });
    },
    cluster.stop,
  ];
  const stop = async () => {
    for (const step of stopSteps.splice(0).reverse()) await step();
  };

  try {
    const superuserUrl = `postgresql://postgres:${secrets.superuserPassword}@127.0.0.1:${postgresPort}/postgres`;
    const ownerUrl = asRole(onDatabase(superuserUrl, "plaza"), "plaza_owner", secrets.ownerPassword);
    const passwords = { plaza_app: secrets.appPassword, plaza_service: secrets.servicePassword };
    await ensureOwner(superuserUrl, secrets.ownerPassword);
    onStep(`the Neon proxy on port ${neonProxyPort}`);
    const neonProxy = await startNeonProxyThread({ port: neonProxyPort, postgresPort, isFaultSwitchOpen });
    stopSteps.push(neonProxy.stop);
    if (options.migrate !== false) {
      onStep("migrations");
      await runMigrations("migrate", ownerUrl);
      await enableLogin(ownerUrl, passwords);
    }
    const template = fresh && options.migrate !== false ? "plaza_template" : "plaza";
    if (template === "plaza_template") await copyDatabase(superuserUrl, template, "plaza");
    const server: ServerUrls = {
      ownerUrl,
      appUrl: asRole(ownerUrl, "plaza_app", secrets.appPassword),
      serviceUrl: asRole(ownerUrl, "plaza_service", secrets.servicePassword),
      neonEndpoint: neonProxy.endpoint,
      superuserUrl,
      template,
    };
    const note = cluster.note === undefined ? {} : { note: cluster.note };
    const create: RunningDatabase["createDatabase"] = (options) => createIsolatedDatabase(server, options);
    return { ...server, createDatabase: create, neonProxy, postgres: cluster, stop, ...note };
  } catch (error) {
    await stop();
    throw error;
  }
}

let databasesCreated = 0;

/**
 * Creates another database on a running server, as a copy of the migrated template (about 0.1 s) or empty.
 * Roles are shared by all databases of the server.
 */
export async function createIsolatedDatabase(
  server: ServerUrls,
  { isEmpty = false } = {},
): Promise<IsolatedDatabase> {
  databasesCreated += 1;
  const name = `plaza_${process.pid}_${Date.now().toString(36)}_${databasesCreated}`;
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
    // A file copy of a few megabytes is faster than the default strategy, which writes all blocks to the WAL.
    client.query(`create database ${name} owner plaza_owner template ${template} strategy file_copy`),
  );
}

async function createTemporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "plaza-"));
  // The system user postgres must be able to enter the folder; the secrets in it have mode 600.
  await chmod(dir, 0o755);
  return dir;
}
