/** R4: sockets are cut mid-send and mid-ack, stall, rooms are evicted; everybody comes back and has everything, or is told. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ChatClient } from "../../chat/chat-client.ts";
import { percentile } from "../../load/figures.ts";
import { check } from "../checker.ts";
import { Gathering } from "../gathering.ts";
import { type PlazaGround, startGround, type Talk } from "../ground.ts";
import { inWords, type Row, type Settings, verdictRow } from "../scenario.ts";
import { type RelayedConnection, TcpRelay } from "../tcp-relay.ts";

const PEOPLE = 50;
const TALK_SIZE = 5;
const HURT_EVERY_MS = 100;
const EVICT_EVERY = 40;
/** Longer than a room that falls silent has something to do. */
const HUSH_MS = 15_000;
const STALL_MS = 1_500;
const GOAL_MS = 2_000;

export async function cuts({ talkS }: Settings): Promise<Row[]> {
  const ground = await startGround({ people: PEOPLE, talkSize: TALK_SIZE });
  const relay = await TcpRelay.start(ground.url);
  const gathering = new Gathering(ground);
  try {
    await gathering.openAll(() => ({ socketUrl: relay.url }));
    // One of each conversation sleeps through most of it: more than a room's log keeps is answered by a resync.
    const sleepers = ground.talks.flatMap((talk) => gathering.inTalk(talk).slice(0, 1));
    for (const sleeper of sleepers) sleeper.link.cut(talkS * 900);
    const speakers = gathering.clients.filter((client) => !sleepers.includes(client));
    const hushed = new Set<ChatClient>();
    const until = performance.now() + talkS * 1_000;
    const talk = gathering.chat(
      () => performance.now() > until,
      speakers,
      (client) => hushed.has(client),
    );
    let hurt = 0;
    let asked = 0;
    let evicted = 0;
    while (performance.now() < until) {
      await sleep(HURT_EVERY_MS);
      const connections = [...relay.connections];
      const victim = connections[Math.floor(Math.random() * connections.length)];
      if (victim) hurtSomehow(victim, hurt);
      hurt += 1;
      if (hurt % EVICT_EVERY !== 0) continue;
      const room = ground.talks[asked % ground.talks.length];
      // Nobody is cut meanwhile: a socket that closes is something to do.
      if (room)
        evicted += await evict(ground, gathering, room, asked % 2 === 0 ? "hibernate" : "close", hushed);
      asked += 1;
    }
    await talk;
    await gathering.settle();
    const verdict = check(await gathering.records());
    const returns = speakers.flatMap(({ link }) => link.returns);
    const fromTry = returns.map(({ triedAt, caughtUpAt }) => caughtUpAt - triedAt);
    const fromLoss = returns.map(({ lostAt, caughtUpAt }) => caughtUpAt - lostAt);
    const p95 = percentile(fromTry, 0.95);
    const resyncs = gathering.clients.flatMap(({ steps }) =>
      steps.filter(({ kind }) => kind === "resync"),
    ).length;
    return [
      {
        promise: "R4",
        what: `${hurt} cuts and stalls on ${PEOPLE} sockets, ${evicted} evictions of rooms`,
        goal: "silent gaps 0; caught up p95 <= 2 s",
        found:
          `silent gaps ${verdict.silentGaps.count}; ${returns.length} returns caught up p95 ${inWords(p95)} after trying, ` +
          `${inWords(percentile(fromLoss, 0.95))} after the loss; ${resyncs} resyncs said so`,
        isKept: verdict.silentGaps.count === 0 && p95 <= GOAL_MS,
      },
      verdictRow("R4", "the same, judged whole", verdict, gathering.strange),
    ];
  } finally {
    gathering.close();
    await relay.stop();
    await ground.stop();
  }
}

/** A room is evicted only when nothing is under way in it: its people are silent until then. Answers 1 when it was. */
async function evict(
  { plaza }: PlazaGround,
  gathering: Gathering,
  room: Talk,
  sockets: "close" | "hibernate",
  hushed: Set<ChatClient>,
): Promise<0 | 1> {
  const people = gathering.inTalk(room);
  for (const client of people) hushed.add(client);
  const outcome = plaza.evictRoom("ConversationRoom", room.id, sockets).then(
    () => 1 as const,
    // It sleeps already.
    () => 0 as const,
  );
  const answer = await Promise.race([outcome, sleep(HUSH_MS, 0 as const)]);
  for (const client of people) hushed.delete(client);
  return answer;
}

function hurtSomehow(victim: RelayedConnection, turn: number): void {
  const bytes = 1 + Math.floor(Math.random() * 400);
  if (turn % 4 === 0) victim.cut();
  else if (turn % 4 === 1) victim.cutAfter("up", bytes);
  else if (turn % 4 === 2) victim.cutAfter("down", bytes);
  else {
    victim.stall();
    setTimeout(() => victim.unstall(), STALL_MS);
  }
}
