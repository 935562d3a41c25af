/** A short run with one seeded fault, or with none, and the checker's result. */
import { setTimeout as sleep } from "node:timers/promises";
import { check, type Verdict } from "./checker.ts";
import type { Environment } from "./environment.ts";
import { FrameRelay } from "./frame-relay.ts";
import { injectFault, type SeededFault } from "./seeded-faults.ts";
import { Workload } from "./workload.ts";

const CHAT_MS = 1_500;
const AWAY_MS = 400;
const PATIENCE_MS = 4_000;

/**
 * Every member sends through a relay, a third of them are disconnected for a while, all reconnect; then
 * the checker runs.
 */
export async function runSeededFault(
  environment: Environment,
  seededFault: SeededFault | null,
): Promise<Verdict> {
  const relay = await FrameRelay.start(environment.url, seededFault === null ? {} : injectFault(seededFault));
  const workload = new Workload(environment);
  try {
    await workload.openAll(() => ({ socketUrl: relay.url, backoffMs: AWAY_MS * 2, answerWithinMs: 1_000 }));
    let isOver = false;
    const conversation = workload.chat(() => isOver);
    await sleep(CHAT_MS / 2);
    for (const client of workload.clients.filter((_, index) => index % 3 === 0)) client.link.cut();
    await sleep(CHAT_MS / 2);
    isOver = true;
    await conversation;
    await workload.settle(PATIENCE_MS);
    return check(await workload.records());
  } finally {
    workload.close();
    await relay.stop();
  }
}
