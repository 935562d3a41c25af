/**
 * R12: one conversation with as many sockets as its members may open, and what one stalled reader costs
 * the others.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ChatClient } from "../../chat/chat-client.ts";
import { residentBytes } from "../../harness/processes.ts";
import { percentile } from "../../load/percentile.ts";
import { startEnvironment } from "../environment.ts";
import { formatMs, type Row, type Settings } from "../scenario.ts";
import { TcpRelay } from "../tcp-relay.ts";

/** The maximum number of members. */
const PEOPLE = 100;
const RATE = 1;
const ROUNDS = 3;
const OPENED_AT_ONCE = 50;
const KIB = 1_024;
const GOALS = { p99Ms: 1_000, stalledShare: 0.2 };

export async function hotRoom({ hot, chatSeconds }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: PEOPLE, conversationSize: PEOPLE });
  const relay = await TcpRelay.start(environment.url);
  const [conversation] = environment.conversations;
  if (!conversation) throw new Error("the environment has too few people");
  const sentAt = new Map<string, number>();
  let delivered: number[] = [];
  const newClient = (index: number, socketUrl = environment.url) => {
    const person = conversation.people[index % PEOPLE];
    if (!person) throw new Error("the environment has too few people");
    return new ChatClient({
      ...{ url: environment.url, socketUrl, conversationId: conversation.id, person, isRecorded: false },
      onMessage: ({ body }, at) => {
        const sent = sentAt.get(body);
        if (sent !== undefined && socketUrl === environment.url) delivered.push(at - sent);
      },
    });
  };
  const clients: ChatClient[] = [];
  const memory = () => residentBytes([environment.plaza.workerdPid()]);
  const memoryBefore = memory();
  try {
    for (let from = 0; from < hot; from += OPENED_AT_ONCE) {
      const some = Array.from({ length: Math.min(OPENED_AT_ONCE, hot - from) }, (_, at) =>
        newClient(from + at),
      );
      clients.push(...some);
      for (const client of some) client.link.connect();
      await Promise.all(some.map((client) => client.until(() => client.isLive, 20_000).catch(() => {})));
    }
    const refused = clients.filter(({ isLive }) => !isLive).length;
    const memoryOfOne = (memory() - memoryBefore) / (clients.length - refused);
    const speakers = clients.slice(0, PEOPLE);
    let sentCount = 0;
    /** Returns the latency of each delivery in milliseconds, and how many deliveries are expected. */
    const phase = async () => {
      delivered = [];
      const from = performance.now();
      const count = Math.max(2, Math.round((RATE * chatSeconds) / (ROUNDS * 2)));
      for (let turn = 0; turn < count; turn += 1) {
        await sleep(Math.max(0, from + (turn * 1_000) / RATE - performance.now()));
        sentCount += 1;
        const body = `number ${sentCount} ${"x".repeat(100)}`;
        sentAt.set(body, performance.now());
        void speakers[sentCount % speakers.length]?.send(body);
      }
      await sleep(2_000);
      return { ms: delivered, expected: count * (clients.length - refused) };
    };
    // Hundreds of thousands: too many to be the arguments of one call.
    let alone: number[] = [];
    let beside: number[] = [];
    let expected = 0;
    // Alternates, so that a machine that slows down is not mistaken for the cost of the stalled reader.
    for (let round = 0; round < ROUNDS; round += 1) {
      const quiet = await phase();
      alone = alone.concat(quiet.ms);
      const stalled = await newClient(0, relay.url).open();
      for (const connection of relay.connections) connection.slow(1);
      const stalling = await phase();
      beside = beside.concat(stalling.ms);
      stalled.close();
      expected += quiet.expected + stalling.expected;
    }
    const p99 = percentile(alone, 0.99);
    const added = percentile(beside, 0.99) / p99 - 1;
    const lost = expected - alone.length - beside.length;
    return [
      {
        promise: "P5",
        what: `memory of one of ${clients.length - refused} idle sockets in one room`,
        goal: "reported",
        found: `${(memoryOfOne / KIB).toFixed(0)} KB`,
        isKept: true,
      },
      {
        promise: "R12",
        what: `a room of ${clients.length - refused} sockets (${PEOPLE} people), ${RATE} messages/s, ${RATE * (clients.length - refused)} deliveries/s`,
        goal: "p99 <= 1 s",
        found: `p50 ${formatMs(percentile(alone, 0.5))}, p99 ${formatMs(p99)}; ${lost} of ${expected} deliveries missing; ${refused} sockets refused`,
        isKept: p99 <= GOALS.p99Ms && lost === 0,
      },
      {
        promise: "R12",
        what: "the same beside one client that reads 1 byte/s",
        goal: "adds <= 20 % to the others' p99",
        found: `p99 ${formatMs(percentile(beside, 0.99))} (${(added * 100).toFixed(0)} % more)`,
        isKept: added <= GOALS.stalledShare,
      },
    ];
  } finally {
    for (const client of clients) client.close();
    await relay.stop();
    await environment.stop();
  }
}
