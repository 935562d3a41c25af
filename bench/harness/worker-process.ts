/**
 * Runs the built Worker in a process of its own: hosts miniflare, which starts workerd as its child.
 * Started by plaza.ts with an IPC channel. Ends when that breaks, and stops workerd, however it ends.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { z } from "zod";
import { startWatchdog } from "../../db/local/process/watchdog.ts";
import { findWorkerd } from "./find-workerd.ts";

export type WorkerSettings = {
  /** The path of the built wrangler.json. */
  configPath: string;
  /** The Worker's address. */
  port: number;
  /** The folder for the files of rooms, cache and queues. */
  stateDir: string;
  variables: Record<string, string>;
  /** Multiplies every rate limit. */
  rateLimitFactor: number;
};

export type WorkerReport =
  | { type: "ready"; workerdPid: number }
  | { type: "log"; level: string; message: string }
  /** A cron run or an eviction is done. */
  | { type: "done"; id: number; error?: string };

export type WorkerCommand =
  | { type: "start"; settings: WorkerSettings }
  | { type: "cron"; id: number; cron: string }
  | { type: "evict"; id: number; room: string; name: string; sockets: "close" | "hibernate" };

const SCRIPT_NAME = "plaza";

const report = (message: WorkerReport) => process.send?.(message);

/** The part of the built configuration that is changed here. */
const builtShape = z.object({
  ratelimits: z
    .array(
      z.object({
        name: z.string(),
        namespace_id: z.string(),
        simple: z.object({ limit: z.number(), period: z.number() }),
      }),
    )
    .default([]),
});

function workerOptions(settings: WorkerSettings): V4WorkerOptions {
  const { configPath, port, variables, rateLimitFactor } = settings;
  const { workerOptions: built, main } = unstable_getMiniflareWorkerOptions(configPath);
  const { ratelimits } = builtShape.parse(JSON.parse(readFileSync(configPath, "utf8")));
  const root = dirname(configPath);
  const limits = ratelimits.map(({ name, namespace_id, simple }) => [
    name,
    { namespace_id, simple: { ...simple, limit: simple.limit * rateLimitFactor } },
  ]);
  return {
    ...built,
    name: SCRIPT_NAME,
    bindings: { ...Object(built.bindings), ...variables },
    ratelimits: Object.fromEntries(limits),
    modulesRoot: root,
    modules: readModules(root, main ?? join(root, "index.js")),
    // Requests go directly to the Worker: the runtime's own proxy takes most of the time of a small request.
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
  };
}

/** The entry first, then every other built module beside it. */
function readModules(root: string, main: string) {
  const entry = relative(root, join(root, relative(root, main)));
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.m?js$/.test(name),
  );
  const ordered = [entry, ...names.filter((name) => name !== entry)];
  return ordered.map((path) => ({
    type: "ESModule" as const,
    path: join(root, path),
    contents: readFileSync(join(root, path), "utf8"),
  }));
}

let runtime: Miniflare | undefined;
let dismissWatchdog: (() => void) | undefined;

async function start(settings: WorkerSettings): Promise<void> {
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      unsafeTriggerHandlers: true,
      unsafeLocalExplorer: false,
      unsafeObservability: false,
      resourcePersistencePath: settings.stateDir,
      isolatedResourcePersistencePath: settings.stateDir,
      handleStructuredLogs: ({ level, message }) => report({ type: "log", level, message }),
      workers: [workerOptions(settings)],
    }),
  );
  await runtime.ready;
  const workerdPid = findWorkerd();
  dismissWatchdog = startWatchdog(workerdPid, "KILL");
  report({ type: "ready", workerdPid });
}

async function fireCron(cron: string): Promise<void> {
  if (!runtime) throw new Error("not started");
  const response = await runtime.dispatchFetch(
    `http://localhost/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`,
  );
  const body = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${body}`);
}

async function evict({ room, name, sockets }: WorkerCommand & { type: "evict" }): Promise<void> {
  if (!runtime) throw new Error("not started");
  await runtime.unsafeEvictDurableObject(SCRIPT_NAME, room, { name, webSockets: sockets });
}

async function obey(command: Exclude<WorkerCommand, { type: "start" }>): Promise<void> {
  const { id } = command;
  try {
    if (command.type === "cron") await fireCron(command.cron);
    else await evict(command);
    report({ type: "done", id });
  } catch (error) {
    report({ type: "done", id, error: error instanceof Error ? error.message : String(error) });
  }
}

process.on("message", (command: WorkerCommand) => {
  if (command.type === "start") {
    start(command.settings).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  } else void obey(command);
});

async function end(): Promise<void> {
  await Promise.race([
    runtime?.dispose().then(dismissWatchdog),
    new Promise((resolve) => setTimeout(resolve, 5_000)),
  ]);
  process.exit(0);
}
process.on("disconnect", end);
process.on("SIGTERM", end);
