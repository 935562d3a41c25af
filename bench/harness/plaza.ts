import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type DatabaseUrls, type RunningDatabase, startDatabase } from "../../db/local/postgres/database.ts";
import { devVariables } from "../../db/local/process/dev-stack.ts";
import { freePort } from "../../db/local/process/ports.ts";
import type { WorkerCommand, WorkerReport } from "./worker-process.ts";

const CONFIG_PATH = fileURLToPath(new URL("../../dist/plaza/wrangler.json", import.meta.url));
/** The secret that signs the cookies of a Plaza started by this harness. */
export const TEST_AUTH_SECRET = "a secret for tests that nobody else ever uses";
const HOST_PROGRAM = fileURLToPath(new URL("./worker-process.ts", import.meta.url));
/** Linux's memory file system. */
const MEMORY_DIR = "/dev/shm";
const MAIL_TIMEOUT_MS = 10_000;
const LOGS_KEPT = 2_000;

/** A mail that Plaza would have sent. */
export type CaughtMail = { id: string; to: string; subject: string; text: string; html: string; at: string };

export type PlazaOptions = {
  /** The folder for the database and the rooms. Default: a throw-away folder. */
  dir?: string;
  /** An existing database that keeps running. Default: a database of its own. */
  database?: DatabaseUrls;
  /** Multiplies every rate limit. Default: 1, the real limits. */
  rateLimitFactor?: number;
  /** Additional or overriding variables of the Worker. */
  variables?: Record<string, string>;
  /** Additional PostgreSQL settings, `name=value`, for a database of its own. */
  settings?: readonly string[];
};

export type RunningPlaza = {
  /** The Worker's address, web app included: `http://localhost:PORT`. */
  url: string;
  database: DatabaseUrls;
  /** The database server, when this harness started it. */
  server: RunningDatabase | undefined;
  /** What the Worker logged, newest last. */
  logs: { level: string; message: string }[];
  /** The process id of workerd, for measuring it. */
  workerdPid(): number;
  /** Kills the Worker as a power cut does: SIGKILL, nothing is flushed. Database and files stay. */
  kill(): Promise<void>;
  /** Starts the Worker again on the same port, database and rooms. Kills it first when it runs. */
  restart(): Promise<void>;
  /** Fires a Cron Trigger (default: `* * * * *`) and waits until it is done. */
  runCron(cron?: string): Promise<void>;
  /** Evicts a room from memory. Its storage stays; its sockets hibernate or are closed. */
  evictRoom(room: string, name: string, sockets: "close" | "hibernate"): Promise<void>;
  /** The mails caught so far, newest first. */
  mailbox(): Promise<CaughtMail[]>;
  /** Waits for a mail to this address. Throws after ten seconds. */
  waitForMail(to: string, isWanted?: (mail: CaughtMail) => boolean): Promise<CaughtMail>;
  /** Stops everything this harness started and deletes what is temporary. */
  stop(): Promise<void>;
};

/**
 * Starts the built Worker (`npm run build` first) in its own workerd with a database of its own. It does not
 * use `wrangler dev`, whose proxies take most of a request's time, so this can be measured.
 *
 * @example
 * const plaza = await startPlaza();
 * await plaza.kill();
 * await plaza.restart();
 * await plaza.stop();
 */
export async function startPlaza(options: PlazaOptions = {}): Promise<RunningPlaza> {
  if (!existsSync(CONFIG_PATH)) throw new Error("There is no built Worker: npm run build.");
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "plaza-worker-")));
  await mkdir(dir, { recursive: true });
  const server = options.database ? undefined : await startOwnDatabase(options);
  const database = options.database ?? server;
  if (!database) throw new Error("unreachable: no database");
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const stateDir = join(dir, "state");
  const forgetLimits = await keepLimitsInMemory(stateDir);
  const variables = {
    ...devVariables(database, TEST_AUTH_SECRET, url),
    ...options.variables,
  };
  const logs: RunningPlaza["logs"] = [];
  const settings = {
    configPath: CONFIG_PATH,
    port,
    stateDir,
    variables,
    rateLimitFactor: options.rateLimitFactor ?? 1,
  };
  const remember = (level: string, message: string) => {
    logs.push({ level, message });
    if (logs.length > LOGS_KEPT) logs.shift();
  };
  const launch = () =>
    startHost((host) => host.send({ type: "start", settings } satisfies WorkerCommand), remember);

  let running: Host | undefined = await launch().catch(async (error: unknown) => {
    await server?.stop();
    throw error;
  });
  const kill = async () => {
    const victim = running;
    running = undefined;
    if (victim) await endHost(victim);
  };
  const restart = async () => {
    await kill();
    running = await launch();
  };
  const mailbox = async () => {
    const response = await fetch(`${url}/api/dev/mailbox`);
    if (!response.ok) throw new Error(`mailbox: HTTP ${response.status}`);
    const body: { items: CaughtMail[] } = await response.json();
    return body.items;
  };
  return {
    url,
    database,
    server,
    logs,
    kill,
    restart,
    mailbox,
    workerdPid: () => running?.workerdPid ?? 0,
    runCron: async (cron = "* * * * *") => {
      if (!running) throw new Error("The Worker does not run.");
      await order(running.process, { type: "cron", cron });
    },
    evictRoom: async (room, name, sockets) => {
      if (!running) throw new Error("The Worker does not run.");
      await order(running.process, { type: "evict", room, name, sockets });
    },
    waitForMail: async (to, isWanted = () => true) => {
      for (let waited = 0; waited < MAIL_TIMEOUT_MS; waited += 100) {
        const found = (await mailbox()).find((mail) => mail.to === to && isWanted(mail));
        if (found) return found;
        await sleep(100);
      }
      throw new Error(`No mail to ${to} within ${MAIL_TIMEOUT_MS / 1000} s.`);
    },
    stop: async () => {
      await kill();
      await server?.stop();
      await forgetLimits();
      if (options.dir === undefined)
        await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/**
 * The platform counts rate limits in memory. Its simulator writes each count to disk and waits for it,
 * twice a request, so its files go to a memory file system. Returns the function that deletes them.
 */
async function keepLimitsInMemory(stateDir: string): Promise<() => Promise<void>> {
  if (!existsSync(MEMORY_DIR)) return async () => {};
  const limitsDir = await mkdtemp(join(MEMORY_DIR, "plaza-limits-"));
  const place = join(stateDir, "ratelimit");
  await mkdir(stateDir, { recursive: true });
  await rm(place, { recursive: true, force: true });
  await symlink(limitsDir, place);
  return () => rm(limitsDir, { recursive: true, force: true });
}

function startOwnDatabase({ dir, settings }: PlazaOptions): Promise<RunningDatabase> {
  const pgSettings = settings === undefined ? {} : { settings };
  return startDatabase(
    dir === undefined ? pgSettings : { dir: join(dir, "database"), fresh: false, ...pgSettings },
  );
}

type Host = { process: ChildProcess; workerdPid: number };

async function startHost(
  onFork: (host: ChildProcess) => void,
  onLog: (level: string, message: string) => void,
) {
  const host = fork(HOST_PROGRAM, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
  let output = "";
  host.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-8_000);
    onLog("stderr", chunk.toString());
  });
  onFork(host);
  const workerdPid = await new Promise<number>((resolve, reject) => {
    host.on("message", (message: WorkerReport) => {
      if (message.type === "ready") resolve(message.workerdPid);
      if (message.type === "log") onLog(message.level, message.message);
    });
    host.once("exit", () => reject(new Error(`The Worker did not start:\n${output}`)));
  });
  return { process: host, workerdPid };
}

async function endHost(host: Host): Promise<void> {
  const gone = new Promise((resolve) => host.process.once("exit", resolve));
  // workerd first and at once, so that its host cannot close anything cleanly.
  for (const pid of [host.workerdPid, host.process.pid ?? 0]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {}
  }
  await gone;
}

let ordersGiven = 0;
type Order =
  | { type: "cron"; cron: string }
  | { type: "evict"; room: string; name: string; sockets: "close" | "hibernate" };

function order(host: ChildProcess, wanted: Order): Promise<void> {
  ordersGiven += 1;
  const id = ordersGiven;
  return new Promise((resolve, reject) => {
    const listen = (message: WorkerReport) => {
      if (message.type !== "done" || message.id !== id) return;
      host.off("message", listen);
      if (message.error === undefined) resolve();
      else reject(new Error(`${wanted.type}: ${message.error}`));
    };
    host.on("message", listen);
    host.send({ ...wanted, id } satisfies WorkerCommand);
  });
}
