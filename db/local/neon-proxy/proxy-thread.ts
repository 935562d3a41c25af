import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { startWire, type Wire, type WireFault, type WireOptions } from "./neon-proxy.ts";

type Command = { fault: WireFault } | { tally: true } | { stop: true };
type Reply = { wire: Pick<Wire, "port" | "endpoint"> } | { tally: Record<string, number> } | { done: true };

export type WireThread = {
  port: number;
  /** The value for NEON_ENDPOINT. */
  endpoint: string;
  setFault(fault: WireFault): Promise<void>;
  /** Requests so far (a request is one round trip), by role and what was asked. */
  tally(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

/**
 * `startWire` on a thread of its own: the wire is on the path of every request, and the process it
 * belongs to (a test runner, a load generator) is busy with other things.
 */
export async function startWireThread(options: WireOptions): Promise<WireThread> {
  const thread = new Worker(new URL(import.meta.url), { workerData: options });
  const failed = once(thread, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const reply = async (): Promise<Reply> => (await Promise.race([once(thread, "message"), failed]))[0];
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: answers carry no name.
  const ask = (command: Command): Promise<Reply> => {
    const answer = last.then(() => {
      thread.postMessage(command);
      return reply();
    });
    last = answer.catch(() => undefined);
    return answer;
  };
  const started = await reply();
  if (!("wire" in started)) throw new Error("The wire's thread said something unexpected.");
  const stop = async () => {
    await ask({ stop: true });
    await thread.terminate();
  };
  const setFault = async (fault: WireFault) => void (await ask({ fault }));
  const tally = async () => {
    const answer = await ask({ tally: true });
    return "tally" in answer ? answer.tally : {};
  };
  return { ...started.wire, setFault, tally, stop };
}

if (!isMainThread && parentPort !== null && isWireOptions(workerData)) {
  const port = parentPort;
  const say = (reply: Reply) => port.postMessage(reply);
  const wire = await startWire(workerData);
  port.on("message", async (command: Command) => {
    if ("tally" in command) return say({ tally: wire.tally() });
    if ("fault" in command) wire.setFault(command.fault);
    else await wire.stop();
    say({ done: true });
  });
  say({ wire: { port: wire.port, endpoint: wire.endpoint } });
}

/** Test runners import this file on threads of their own, with other data. */
function isWireOptions(data: unknown): data is WireOptions {
  return typeof data === "object" && data !== null && "postgresPort" in data && "port" in data;
}
