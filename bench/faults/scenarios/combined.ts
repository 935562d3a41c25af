/**
 * All faults at once in a small environment: cut connections, an eviction, Postgres stopped, the Worker
 * killed. Then the checker.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker.ts";
import { startEnvironment } from "../environment.ts";
import { type Row, type Settings, verdictRow } from "../scenario.ts";
import { TcpRelay } from "../tcp-relay.ts";
import { Workload } from "../workload.ts";

const PEOPLE = 12;
const CONVERSATION_SIZE = 3;
const CUT_EVERY_MS = 150;
const PAUSE_MS = 1_000;

export async function combined({ chatSeconds }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: PEOPLE, conversationSize: CONVERSATION_SIZE });
  const relay = await TcpRelay.start(environment.url);
  const workload = new Workload(environment);
  const { plaza, conversations } = environment;
  let cutting: NodeJS.Timeout | undefined;
  try {
    await workload.openAll((index) => ({
      ...(index % 2 === 0 && { socketUrl: relay.url }),
      fallsBackToHttp: index % 3 === 0,
    }));
    let cuts = 0;
    cutting = setInterval(() => {
      const [victim] = [...relay.connections].slice(cuts % PEOPLE);
      if (cuts % 2 === 0) victim?.cutAfter("down", 150);
      else victim?.cutAfter("up", 60);
      cuts += 1;
    }, CUT_EVERY_MS);
    let isOver = false;
    const conversation = workload.chat(() => isOver);
    await sleep(PAUSE_MS);
    // Not awaited: a busy room is evicted once it is idle.
    if (conversations[0])
      plaza.evictRoom("ConversationRoom", conversations[0].id, "hibernate").catch(() => {});
    await plaza.server?.postgres.crash();
    await sleep((chatSeconds * 1_000) / 2);
    // A room that starts now has neither its memory nor Postgres.
    await plaza.restart();
    await sleep((chatSeconds * 1_000) / 2);
    await plaza.server?.postgres.restart();
    await sleep(PAUSE_MS);
    await plaza.restart();
    await sleep(PAUSE_MS);
    isOver = true;
    clearInterval(cutting);
    await conversation;
    await workload.settle(30_000);
    const what = `${cuts} cuts, an eviction, Postgres away for ${chatSeconds} s, 2 kills, all at once; ${workload.acked} acks`;
    return [verdictRow("R", what, check(await workload.records()), workload.invalidFrames)];
  } finally {
    clearInterval(cutting);
    workload.close();
    await relay.stop();
    await environment.stop();
  }
}
