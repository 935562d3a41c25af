/**
 * R11: all sockets close at once, or the Worker is deployed again. Every client reconnects without a query
 * to Postgres.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../load/percentile.ts";
import { check } from "../checker.ts";
import { type PlazaEnvironment, startEnvironment } from "../environment.ts";
import { formatMs, type Row, type Settings, verdictRow } from "../scenario.ts";
import { Workload } from "../workload.ts";

const CONVERSATION_SIZE = 10;
/** A browser's first reconnect delay is uniform up to this (web/src/realtime/backoff.ts). */
const BACKOFF_MS = 1_000;
const GOALS = { backMs: 30_000, errorShare: 0.01 };
const GIVEN_UP_MS = 90_000;
/** Postgres received nothing for this long: earlier work is done and counting may start. */
const QUIET_MS = 4_000;
const QUIET_GIVEN_UP_MS = 60_000;

export async function storm({ storm: sockets }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: sockets, conversationSize: CONVERSATION_SIZE });
  const workload = new Workload(environment);
  try {
    await workload.openAll(() => ({ backoffMs: BACKOFF_MS, heartbeatMs: 25_000 }));
    const rows: Row[] = [];
    const storms: { what: string; strike: () => Promise<void> }[] = [
      {
        what: "closed at once",
        strike: async () => {
          for (const { link } of workload.clients) link.cut();
        },
      },
      { what: "the Worker killed and started again", strike: () => environment.plaza.restart() },
    ];
    for (const { what, strike } of storms) {
      // Gives every client something to catch up with.
      await workload.chatAt(50, 2);
      await untilQuiet(environment);
      const opensBefore = count(workload, "opens");
      const failedBefore = count(workload, "failedOpens");
      const before = (await environment.plaza.server?.neonProxy.tally()) ?? {};
      const from = performance.now();
      await strike();
      const strickenMs = performance.now() - from;
      await sleep(200);
      const until = performance.now() + GIVEN_UP_MS;
      while (workload.clients.some(({ isLive }) => !isLive) && performance.now() < until) await sleep(50);
      const backMs = performance.now() - from - strickenMs;
      const after = (await environment.plaza.server?.neonProxy.tally()) ?? {};
      const asked = Object.entries(after)
        .map(([name, many]) => ({ name, many: many - (before[name] ?? 0) }))
        .filter(({ many }) => many > 0);
      const total = asked.reduce((sum, { many }) => sum + many, 0);
      const opens = count(workload, "opens") - opensBefore;
      // While the Worker is down there is no server to return errors.
      const failed = count(workload, "failedOpens") - failedBefore;
      const isDown = what !== "closed at once";
      const errorShare = isDown ? 0 : failed / opens;
      const back = workload.clients.filter(({ isLive }) => isLive).length;
      const caughtUp = workload.clients.flatMap(({ link }) =>
        link.returns.slice(-1).map((r) => r.caughtUpAt - r.triedAt),
      );
      rows.push({
        promise: "R11",
        what: `${sockets} sockets ${what}`,
        goal: "all back <= 30 s; Postgres queries per reconnect 0; errors <= 1 %",
        found:
          `${back} back within ${formatMs(backMs)}; ${(total / sockets).toFixed(3)} queries per reconnect` +
          `${total > 0 ? ` (${asked.map(({ name, many }) => `${name} ${many}`).join(", ")})` : ""}; ` +
          `${failed} of ${opens} tries failed${isDown ? " (most while it was down)" : ""}; from try to caught up p99 ${formatMs(percentile(caughtUp, 0.99))}`,
        isKept: back === sockets && backMs <= GOALS.backMs && total === 0 && errorShare <= GOALS.errorShare,
      });
    }
    await workload.settle();
    rows.push(
      verdictRow("R11", "judged whole", check(await workload.records(false)), workload.invalidFrames),
    );
    return rows;
  } finally {
    workload.close();
    await environment.stop();
  }
}

async function untilQuiet({ plaza }: PlazaEnvironment): Promise<void> {
  const asked = async () => JSON.stringify(await plaza.server?.neonProxy.tally());
  let last = await asked();
  let since = performance.now();
  for (const until = since + QUIET_GIVEN_UP_MS; performance.now() < until; ) {
    await sleep(200);
    const now = await asked();
    if (now !== last) since = performance.now();
    last = now;
    if (performance.now() - since > QUIET_MS) return;
  }
}

const count = (workload: Workload, what: "opens" | "failedOpens"): number =>
  workload.clients.reduce((sum, { link }) => sum + link.noticed[what], 0);
