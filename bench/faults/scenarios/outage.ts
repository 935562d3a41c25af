/**
 * R6: Postgres crashes or hangs under load. Chat goes on, reads fail fast with a clear error, the backlog
 * drains afterwards.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../load/percentile.ts";
import { check } from "../checker.ts";
import { type PlazaEnvironment, startEnvironment } from "../environment.ts";
import { hangPostgres } from "../postgres-hang.ts";
import { formatMs, type Row, type Settings, verdictRow } from "../scenario.ts";
import { Workload } from "../workload.ts";

const PEOPLE = 60;
const CONVERSATION_SIZE = 3;
const RATE = 60;
const EDGE_S = 3;
const READ_EVERY_MS = 500;
/** Reads that always go to Postgres. */
const READS = ["/api/me", "/api/conversations", "/api/feeds/following"];
const GOALS = { ackedShare: 0.999, answerMs: 5_000, readMs: 2_000, drainMs: 60_000 };

type Away = { name: string; begin: (environment: PlazaEnvironment) => Promise<() => Promise<void>> };

const crash: Away = {
  name: "crashed",
  begin: async ({ plaza }) => {
    await plaza.server?.postgres.crash();
    return async () => await plaza.server?.postgres.restart();
  },
};
const hang: Away = {
  name: "hung (SIGSTOP)",
  begin: async ({ plaza }) => {
    const thaw = hangPostgres(plaza.server?.postgres.pid() ?? 0);
    return async () => thaw();
  },
};

export async function outage(settings: Settings): Promise<Row[]> {
  return [...(await outageOf(crash, settings)), ...(await outageOf(hang, settings))];
}

async function outageOf(away: Away, { outageS }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: PEOPLE, conversationSize: CONVERSATION_SIZE });
  const workload = new Workload(environment);
  let comeBack = async () => {};
  try {
    await workload.openAll();
    await workload.chatAt(RATE, EDGE_S);
    const reads: { ms: number; status: number; code: string }[] = [];
    const conversation = workload.chatAt(RATE, outageS + EDGE_S);
    const from = performance.now();
    comeBack = await away.begin(environment);
    const until = from + outageS * 1_000;
    for (let turn = 0; performance.now() < until; turn += 1) {
      const path = READS[turn % READS.length] ?? "/api/me";
      reads.push(await readOnce(environment.url + path, environment.users[turn % PEOPLE]));
      await sleep(READ_EVERY_MS);
    }
    const to = performance.now();
    await comeBack();
    comeBack = async () => {};
    await conversation;
    const { storedAt } = await workload.settle();

    const receivedAt = new Map(
      workload.clients.flatMap(({ acks }) => acks.map((ack) => [ack.clientId, ack.receivedAt])),
    );
    const during = workload.clients.flatMap(({ intents }) =>
      intents.filter(({ sentAt }) => sentAt >= from && sentAt < to),
    );
    const answerMs = during.map(({ clientId, sentAt }) => (receivedAt.get(clientId) ?? Infinity) - sentAt);
    const acked = answerMs.filter((ms) => ms <= GOALS.answerMs).length;
    const share = acked / during.length;
    const slowest = Math.max(...reads.map(({ ms }) => ms));
    const codes = new Set(reads.map(({ status, code }) => `${status} ${code}`));
    const areClear = reads.every(({ status, code }) => status < 400 || (status === 503 && code !== ""));
    const drainedMs = storedAt - to;
    return [
      {
        promise: "R6",
        what: `Postgres ${away.name} for ${outageS} s, ${RATE} sends/s`,
        goal: "acked >= 99.9 %; reads fail <= 2 s with a code; drained <= 60 s after",
        found:
          `acked ${((100 * acked) / during.length).toFixed(2)} % of ${during.length} within ${formatMs(GOALS.answerMs)}, p99 ${formatMs(percentile(answerMs, 0.99))}; ` +
          `${reads.length} reads, slowest ${formatMs(slowest)}: ${[...codes].join(", ")}; drained after ${formatMs(drainedMs)}`,
        isKept:
          share >= GOALS.ackedShare && slowest <= GOALS.readMs && areClear && drainedMs <= GOALS.drainMs,
      },
      verdictRow("R6", `${away.name}, judged whole`, check(await workload.records()), workload.invalidFrames),
    ];
  } finally {
    await comeBack();
    workload.close();
    await environment.stop();
  }
}

async function readOnce(url: string, person: { cookie: string } | undefined) {
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      headers: { Cookie: person?.cookie ?? "" },
      signal: AbortSignal.timeout(10_000),
    });
    const body = await response.json();
    return {
      ms: performance.now() - startedAt,
      status: response.status,
      code: String(body.error?.code ?? ""),
    };
  } catch {
    return { ms: performance.now() - startedAt, status: 0, code: "" };
  }
}
