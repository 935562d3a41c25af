import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chown, lstat, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startWatchdog } from "../process/watchdog.ts";
import { createDataDir, findPostgresHome, type PostgresHome } from "./postgres-home.ts";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

export type Cluster = {
  /** Process id of the postmaster. */
  pid(): number;
  /** Set when the data is not in the usual folder; says where and why. */
  note?: string;
  stop(): Promise<void>;
  /** Stops the server like `pg_ctl stop -m immediate`: at once, without a checkpoint. */
  crash(): Promise<void>;
  /** Starts a crashed server again on the same port and data. */
  restart(): Promise<void>;
};

type ClusterOptions = {
  /** State folder; the data folder is `postgres/` below it. */
  dir: string;
  port: number;
  superuserPassword: string;
  /** The passwords were just generated: an existing data folder has other passwords and is deleted. */
  isNew: boolean;
  /** Temporary data: no fsync, and the data is deleted when the cluster stops. */
  fresh?: boolean;
  /** More server settings, `name=value`. */
  settings?: readonly string[];
};

/**
 * Starts PostgreSQL on 127.0.0.1 with the superuser `postgres`. Runs initdb when the data folder does not
 * exist. The server has its own process group, so that Ctrl-C reaches only this process, which stops the
 * server last. A watchdog stops it when this process is killed.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const home = await findPostgresHome(options.dir);
  await stopOrphan(home.dataDir);
  if (options.isNew || (await lstat(join(home.dataDir, "PG_VERSION")).catch(() => null)) === null) {
    await initialise(home, options.superuserPassword);
  }
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=120",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    ...(options.fresh ? ["fsync=off", "full_page_writes=off"] : []),
    ...(options.settings ?? []),
  ];
  const launch = async () => {
    const server = spawn(
      home.postgres,
      ["-D", home.dataDir, "-p", String(options.port), ...settings.flatMap((setting) => ["-c", setting])],
      { ...home.ids, cwd: "/", detached: true, stdio: ["ignore", "ignore", "pipe"], env: serverEnv() },
    );
    await waitUntilReady(server);
    return { server, pid: server.pid ?? 0, dismissWatchdog: startWatchdog(server.pid ?? 0, "INT") };
  };
  let running = await launch();
  const end = async (signal: "SIGINT" | "SIGQUIT") => {
    const { server, dismissWatchdog } = running;
    if (server.exitCode === null && server.signalCode === null) {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill(signal);
      const killTimer = setTimeout(() => server.kill("SIGQUIT"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(killTimer);
    }
    dismissWatchdog();
  };
  const stop = async () => {
    await end("SIGINT");
    if (options.fresh) await rm(home.disposableDir, { recursive: true, force: true });
  };
  const restart = async () => {
    await end("SIGQUIT");
    running = await launch();
  };
  const note = home.note === undefined ? {} : { note: home.note };
  return { pid: () => running.pid, stop, crash: () => end("SIGQUIT"), restart, ...note };
}

function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C.UTF-8", LC_MESSAGES: "C", TZ: "UTC" };
}

async function initialise(home: PostgresHome, password: string): Promise<void> {
  await rm(home.dataDir, { recursive: true, force: true });
  await createDataDir(home);
  const passwordFile = join(home.dataDir, "..", `initdb-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if ("uid" in home.ids) await chown(passwordFile, home.ids.uid, home.ids.gid);
  try {
    const flags = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
    // The builtin provider gives the same collation on every system, equal to Neon's C.UTF-8.
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const run = spawn(home.initdb, [`--pgdata=${home.dataDir}`, ...flags, ...locale], {
      ...home.ids,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      env: serverEnv(),
    });
    const stderrText = collect(run);
    const code = await new Promise((resolve, reject) => run.once("close", resolve).once("error", reject));
    if (code !== 0) {
      await rm(home.dataDir, { recursive: true, force: true });
      throw new Error(`PostgreSQL could not be set up in ${home.dataDir}: ${stderrText()}`);
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text = (text + chunk.toString("utf8")).slice(-4_000);
  });
  return () => text.trim();
}

async function waitUntilReady(server: ChildProcess): Promise<void> {
  const stderrText = collect(server);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      server.kill("SIGQUIT");
      reject(new Error(`PostgreSQL did not start within ${START_TIMEOUT_MS / 1000} s: ${stderrText()}`));
    }, START_TIMEOUT_MS);
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      server.stderr?.removeListener("data", listen);
      finish();
    };
    const listen = (chunk: Buffer) => {
      if (chunk.includes("ready to accept connections")) settle(resolve);
    };
    server.stderr?.on("data", listen);
    server.once("error", (error) => settle(() => reject(error)));
    server.once("exit", () =>
      settle(() => reject(new Error(`PostgreSQL stopped while starting: ${stderrText()}`))),
    );
  });
}

/** Stops a server on this data folder that an earlier process did not stop (SIGKILL, crash). */
async function stopOrphan(dataDir: string): Promise<void> {
  const lock = await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => null);
  const pid = Number(lock?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgres(pid))) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += 50) {
    await sleep(50);
    if (!(await isPostgres(pid))) return;
  }
  throw new Error(`Another PostgreSQL (process ${pid}) holds ${dataDir} and did not stop.`);
}

/** False when the process id from a stale lock file was reused by another program. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const fromProc = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  const command =
    fromProc ?? spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  return command.includes("postgres");
}
