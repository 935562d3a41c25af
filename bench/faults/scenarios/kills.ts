/** R1, R3: the Worker dies again and again, between commit and acknowledgement too, while everybody talks. */
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker.ts";
import { Gathering } from "../gathering.ts";
import { startGround } from "../ground.ts";
import { type Row, type Settings, verdictRow } from "../scenario.ts";

const PEOPLE = 60;
const TALK_SIZE = 3;
const CLOCKS_OFF_MS = 5 * 60_000;

export async function kills({ acks, kills: count }: Settings): Promise<Row[]> {
  const ground = await startGround({ people: PEOPLE, talkSize: TALK_SIZE });
  const gathering = new Gathering(ground);
  try {
    // A third of the clocks is five minutes slow, a third five minutes fast.
    await gathering.openAll((index) => ({
      clockSkewMs: ((index % 3) - 1) * CLOCKS_OFF_MS,
      fallsBackToHttp: index % 2 === 0,
    }));
    let isOver = false;
    const talk = gathering.chat(() => isOver);
    const startedAt = performance.now();
    for (let killed = 0; killed < count; killed += 1) {
      const share = ((killed + 0.5 + Math.random() * 0.5) / (count + 1)) * acks;
      while (gathering.acked < share) await sleep(5);
      await ground.plaza.restart();
    }
    while (gathering.acked < acks) await sleep(20);
    isOver = true;
    await talk;
    const tookS = (performance.now() - startedAt) / 1_000;
    await gathering.settle();
    const records = await gathering.records();
    const verdict = check(records);
    const acked = new Set(records.flatMap((record) => record.acks.map(({ clientId }) => clientId))).size;
    const byHttp = gathering.clients.reduce((sum, { httpSends }) => sum + httpSends, 0);
    const { lost } = verdict;
    return [
      {
        promise: "R1",
        what: "acknowledged sends, the Worker killed at random",
        goal: "lost 0 over >= 100,000 acks and >= 50 kills",
        found: `lost ${lost.count} over ${acked} acks (${byHttp} by HTTP) and ${count} kills, in ${tookS.toFixed(0)} s, clocks 5 min off`,
        isKept: lost.count === 0,
      },
      verdictRow("R3", `the same run, judged whole (${PEOPLE} clients)`, verdict, gathering.strange),
    ];
  } finally {
    gathering.close();
    await ground.stop();
  }
}
