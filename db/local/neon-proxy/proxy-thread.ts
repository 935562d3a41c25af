import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type NeonProxy, type NeonProxyFault, type NeonProxyOptions, startNeonProxy } from "./neon-proxy.ts";

type Command = { fault: NeonProxyFault } | { tally: true } | { stop: true };
type Reply =
  | { started: Pick<NeonProxy, "port" | "endpoint"> }
  | { tally: Record<string, number> }
  | { done: true };

export type NeonProxyThread = {
  port: number;
  /** The value for NEON_ENDPOINT. */
  endpoint: string;
  setFault(fault: NeonProxyFault): Promise<void>;
  /** Requests so far (one request is one round trip), by role and function called. */
  tally(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

/**
 * `startNeonProxy` in a worker thread. Every request to Postgres passes the proxy, and the process that
 * starts it (a test runner, a load generator) keeps its own event loop busy.
 */
export async function startNeonProxyThread(options: NeonProxyOptions): Promise<NeonProxyThread> {
  const thread = new Worker(new URL(import.meta.url), { workerData: options });
  const failed = once(thread, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const nextReply = async (): Promise<Reply> => (await Promise.race([once(thread, "message"), failed]))[0];
  let last: Promise<unknown> = Promise.resolve();
  // One command at a time: replies carry no id.
  const send = (command: Command): Promise<Reply> => {
    const reply = last.then(() => {
      thread.postMessage(command);
      return nextReply();
    });
    last = reply.catch(() => undefined);
    return reply;
  };
  const first = await nextReply();
  if (!("started" in first)) throw new Error("The thread of the Neon proxy sent an unexpected reply.");
  const stop = async () => {
    await send({ stop: true });
    await thread.terminate();
  };
  const setFault = async (fault: NeonProxyFault) => void (await send({ fault }));
  const tally = async () => {
    const reply = await send({ tally: true });
    return "tally" in reply ? reply.tally : {};
  };
  return { ...first.started, setFault, tally, stop };
}

if (!isMainThread && parentPort !== null && isNeonProxyOptions(workerData)) {
  const parent = parentPort;
  const reply = (message: Reply) => parent.postMessage(message);
  const proxy = await startNeonProxy(workerData);
  parent.on("message", async (command: Command) => {
    if ("tally" in command) return reply({ tally: proxy.tally() });
    if ("fault" in command) proxy.setFault(command.fault);
    else await proxy.stop();
    reply({ done: true });
  });
  reply({ started: { port: proxy.port, endpoint: proxy.endpoint } });
}

/** Test runners import this file in worker threads of their own, with other `workerData`. */
function isNeonProxyOptions(data: unknown): data is NeonProxyOptions {
  return typeof data === "object" && data !== null && "postgresPort" in data && "port" in data;
}
