/**
 * R1, R3: the Worker is killed repeatedly, also between commit and acknowledgement, while every member
 * sends.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker.ts";
import { startEnvironment } from "../environment.ts";
import { type Row, type Settings, verdictRow } from "../scenario.ts";
import { Workload } from "../workload.ts";

const PEOPLE = 60;
const CONVERSATION_SIZE = 3;
const CLOCKS_OFF_MS = 5 * 60_000;

export async function kills({ acks, kills: count }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: PEOPLE, conversationSize: CONVERSATION_SIZE });
  const workload = new Workload(environment);
  try {
    // A third of the clocks is five minutes slow, a third five minutes fast.
    await workload.openAll((index) => ({
      clockSkewMs: ((index % 3) - 1) * CLOCKS_OFF_MS,
      fallsBackToHttp: index % 2 === 0,
    }));
    let isOver = false;
    const conversation = workload.chat(() => isOver);
    const startedAt = performance.now();
    for (let killed = 0; killed < count; killed += 1) {
      const share = ((killed + 0.5 + Math.random() * 0.5) / (count + 1)) * acks;
      while (workload.acked < share) await sleep(5);
      await environment.plaza.restart();
    }
    while (workload.acked < acks) await sleep(20);
    isOver = true;
    await conversation;
    const tookS = (performance.now() - startedAt) / 1_000;
    await workload.settle();
    const records = await workload.records();
    const verdict = check(records);
    const acked = new Set(records.flatMap((record) => record.acks.map(({ clientId }) => clientId))).size;
    const byHttp = workload.clients.reduce((sum, { httpSends }) => sum + httpSends, 0);
    const { lost } = verdict;
    return [
      {
        promise: "R1",
        what: "acknowledged sends, the Worker killed at random",
        goal: "lost 0 over >= 100,000 acks and >= 50 kills",
        found: `lost ${lost.count} over ${acked} acks (${byHttp} by HTTP) and ${count} kills, in ${tookS.toFixed(0)} s, clocks 5 min off`,
        isKept: lost.count === 0,
      },
      verdictRow("R3", `the same run, judged whole (${PEOPLE} clients)`, verdict, workload.invalidFrames),
    ];
  } finally {
    workload.close();
    await environment.stop();
  }
}
