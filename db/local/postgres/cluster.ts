import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chown, lstat, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startWatchdog } from "../process/watchdog.ts";
import { findPostgresHome, makeDataDir, type PostgresHome } from "./postgres-home.ts";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

export type Cluster = {
  /** The server's first process, of which all others are children. */
  pid(): number;
  /** Says what is out of the ordinary about where the data lives. */
  note?: string;
  stop(): Promise<void>;
  /** Ends the server as `pg_ctl stop -m immediate` does: at once, without a checkpoint. */
  crash(): Promise<void>;
  /** Starts a crashed server again on the same port and data. */
  restart(): Promise<void>;
};

type ClusterOptions = {
  /** Rig folder; the data goes to `postgres/` below it. */
  dir: string;
  port: number;
  superuserPassword: string;
  /** The passwords are new: data found there belongs to a folder that was deleted, and goes. */
  isNew: boolean;
  /** Throw-away data: no fsync, and the data goes when the cluster stops. */
  fresh?: boolean;
  /** Further `name=value` settings of the server. */
  settings?: readonly string[];
};

/**
 * Starts PostgreSQL on 127.0.0.1 with the superuser `postgres`, making the data folder the first
 * time. The server runs in its own process group, so that Ctrl-C reaches us first and we stop it in
 * order; a watchdog stops it when we die without having been able to (SIGKILL).
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
    await untilReady(server);
    return { server, pid: server.pid ?? 0, dismissWatchdog: startWatchdog(server.pid ?? 0, "INT") };
  };
  let running = await launch();
  const end = async (signal: "SIGINT" | "SIGQUIT") => {
    const { server, dismissWatchdog } = running;
    if (server.exitCode === null && server.signalCode === null) {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill(signal);
      const harder = setTimeout(() => server.kill("SIGQUIT"), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(harder);
    }
    dismissWatchdog();
  };
  const stop = async () => {
    await end("SIGINT");
    if (options.fresh) await rm(home.scrap, { recursive: true, force: true });
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
  await makeDataDir(home);
  const passwordFile = join(home.dataDir, "..", `initdb-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if ("uid" in home.ids) await chown(passwordFile, home.ids.uid, home.ids.gid);
  try {
    const flags = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
    // The builtin provider sorts and folds the same on every system, as Neon's C.UTF-8 does.
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const run = spawn(home.initdb, [`--pgdata=${home.dataDir}`, ...flags, ...locale], {
      ...home.ids,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      env: serverEnv(),
    });
    const said = collect(run);
    const code = await new Promise((resolve, reject) => run.once("close", resolve).once("error", reject));
    if (code !== 0) {
      await rm(home.dataDir, { recursive: true, force: true });
      throw new Error(`PostgreSQL could not be set up in ${home.dataDir}: ${said()}`);
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

async function untilReady(server: ChildProcess): Promise<void> {
  const said = collect(server);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      server.kill("SIGQUIT");
      reject(new Error(`PostgreSQL did not start within ${START_TIMEOUT_MS / 1000} s: ${said()}`));
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
      settle(() => reject(new Error(`PostgreSQL stopped while starting: ${said()}`))),
    );
  });
}

/** Stops a server that an earlier start left behind on this data folder (machine crash, SIGKILL). */
async function stopOrphan(dataDir: string): Promise<void> {
  const lock = await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => null);
  const pid = Number(lock?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgres(pid))) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += 50) {
    await sleep(50);
    if (!(await isPostgres(pid))) return;
  }
  throw new Error(`Another PostgreSQL (process ${pid}) holds ${dataDir} and does not stop.`);
}

/** The lock file outlives crashes, and its number may be someone else's process by now. */
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
