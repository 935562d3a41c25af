/** Everything at once on a small ground: cuts, an eviction, Postgres gone, the Worker killed; then the checker. */
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker.ts";
import { Gathering } from "../gathering.ts";
import { startGround } from "../ground.ts";
import { type Row, type Settings, verdictRow } from "../scenario.ts";
import { TcpRelay } from "../tcp-relay.ts";

const PEOPLE = 12;
const TALK_SIZE = 3;
const CUT_EVERY_MS = 150;
const PAUSE_MS = 1_000;

export async function medley({ talkS }: Settings): Promise<Row[]> {
  const ground = await startGround({ people: PEOPLE, talkSize: TALK_SIZE });
  const relay = await TcpRelay.start(ground.url);
  const gathering = new Gathering(ground);
  const { plaza, talks } = ground;
  let cutting: NodeJS.Timeout | undefined;
  try {
    await gathering.openAll((index) => ({
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
    const talk = gathering.chat(() => isOver);
    await sleep(PAUSE_MS);
    // Not waited for: a busy room ends when it has a moment.
    if (talks[0]) plaza.evictRoom("ConversationRoom", talks[0].id, "hibernate").catch(() => {});
    await plaza.server?.postgres.crash();
    await sleep((talkS * 1_000) / 2);
    // Rooms that wake now find neither their memory nor Postgres.
    await plaza.restart();
    await sleep((talkS * 1_000) / 2);
    await plaza.server?.postgres.restart();
    await sleep(PAUSE_MS);
    await plaza.restart();
    await sleep(PAUSE_MS);
    isOver = true;
    clearInterval(cutting);
    await talk;
    await gathering.settle(30_000);
    const what = `${cuts} cuts, an eviction, Postgres away for ${talkS} s, 2 kills, all at once; ${gathering.acked} acks`;
    return [verdictRow("R", what, check(await gathering.records()), gathering.strange)];
  } finally {
    clearInterval(cutting);
    gathering.close();
    await relay.stop();
    await ground.stop();
  }
}
