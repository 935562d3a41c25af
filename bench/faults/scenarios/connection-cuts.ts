/**
 * R4: connections are cut mid-send and mid-ack, stall, rooms are evicted. Every client recovers everything
 * or receives `resync`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ChatClient } from "../../chat/chat-client.ts";
import { percentile } from "../../load/percentile.ts";
import { check } from "../checker.ts";
import { type PlazaEnvironment, startEnvironment, type TestConversation } from "../environment.ts";
import { formatMs, type Row, type Settings, verdictRow } from "../scenario.ts";
import { type RelayedConnection, TcpRelay } from "../tcp-relay.ts";
import { Workload } from "../workload.ts";

const PEOPLE = 50;
const CONVERSATION_SIZE = 5;
const HURT_EVERY_MS = 100;
const EVICT_EVERY = 40;
/** Longer than the jobs of a room without traffic. */
const HUSH_MS = 15_000;
const STALL_MS = 1_500;
const GOAL_MS = 2_000;

export async function cuts({ chatSeconds }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: PEOPLE, conversationSize: CONVERSATION_SIZE });
  const relay = await TcpRelay.start(environment.url);
  const workload = new Workload(environment);
  try {
    await workload.openAll(() => ({ socketUrl: relay.url }));
    // One member of each conversation is disconnected most of the time: it misses more than the log keeps and
    // receives `resync`.
    const sleepers = environment.conversations.flatMap((conversation) =>
      workload.clientsIn(conversation).slice(0, 1),
    );
    for (const sleeper of sleepers) sleeper.link.cut(chatSeconds * 900);
    const speakers = workload.clients.filter((client) => !sleepers.includes(client));
    const paused = new Set<ChatClient>();
    const until = performance.now() + chatSeconds * 1_000;
    const conversation = workload.chat(
      () => performance.now() > until,
      speakers,
      (client) => paused.has(client),
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
      const room = environment.conversations[asked % environment.conversations.length];
      // No connection is cut meanwhile, because a closing socket gives the room work to do.
      if (room)
        evicted += await evict(environment, workload, room, asked % 2 === 0 ? "hibernate" : "close", paused);
      asked += 1;
    }
    await conversation;
    await workload.settle();
    const verdict = check(await workload.records());
    const returns = speakers.flatMap(({ link }) => link.returns);
    const fromTry = returns.map(({ triedAt, caughtUpAt }) => caughtUpAt - triedAt);
    const fromLoss = returns.map(({ lostAt, caughtUpAt }) => caughtUpAt - lostAt);
    const p95 = percentile(fromTry, 0.95);
    const resyncs = workload.clients.flatMap(({ steps }) =>
      steps.filter(({ kind }) => kind === "resync"),
    ).length;
    return [
      {
        promise: "R4",
        what: `${hurt} cuts and stalls on ${PEOPLE} sockets, ${evicted} evictions of rooms`,
        goal: "silent gaps 0; caught up p95 <= 2 s",
        found:
          `silent gaps ${verdict.silentGaps.count}; ${returns.length} returns caught up p95 ${formatMs(p95)} after trying, ` +
          `${formatMs(percentile(fromLoss, 0.95))} after the loss; ${resyncs} resyncs`,
        isKept: verdict.silentGaps.count === 0 && p95 <= GOAL_MS,
      },
      verdictRow("R4", "the same, judged whole", verdict, workload.invalidFrames),
    ];
  } finally {
    workload.close();
    await relay.stop();
    await environment.stop();
  }
}

/**
 * A room is evicted only when it is idle, so its members are silent until then. Returns 1 when it was
 * evicted.
 */
async function evict(
  { plaza }: PlazaEnvironment,
  workload: Workload,
  room: TestConversation,
  sockets: "close" | "hibernate",
  paused: Set<ChatClient>,
): Promise<0 | 1> {
  const people = workload.clientsIn(room);
  for (const client of people) paused.add(client);
  const outcome = plaza.evictRoom("ConversationRoom", room.id, sockets).then(
    () => 1 as const,
    // The room hibernates already.
    () => 0 as const,
  );
  const answer = await Promise.race([outcome, sleep(HUSH_MS, 0 as const)]);
  for (const client of people) paused.delete(client);
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
