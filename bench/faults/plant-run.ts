/** A short run with a planted fault, or with none: what the whole rig says of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { check, type Verdict } from "./checker.ts";
import { FrameRelay } from "./frame-relay.ts";
import { Gathering } from "./gathering.ts";
import type { Ground } from "./ground.ts";
import { type Plant, planted } from "./plants.ts";

const TALK_MS = 1_500;
const AWAY_MS = 400;
const PATIENCE_MS = 4_000;

/** Everybody talks through a relay, a third of them are cut off for a while, all come back; then the checker judges. */
export async function runPlanted(ground: Ground, plant: Plant | null): Promise<Verdict> {
  const relay = await FrameRelay.start(ground.url, plant === null ? {} : planted(plant));
  const gathering = new Gathering(ground);
  try {
    await gathering.openAll(() => ({ socketUrl: relay.url, backoffMs: AWAY_MS * 2, answerWithinMs: 1_000 }));
    let isOver = false;
    const talk = gathering.chat(() => isOver);
    await sleep(TALK_MS / 2);
    for (const client of gathering.clients.filter((_, index) => index % 3 === 0)) client.link.cut();
    await sleep(TALK_MS / 2);
    isOver = true;
    await talk;
    await gathering.settle(PATIENCE_MS);
    return check(await gathering.records());
  } finally {
    gathering.close();
    await relay.stop();
  }
}
