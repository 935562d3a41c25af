/**
 * Measures one server for a fixed time: open loop at a given rate, every acknowledgement and delivery
 * timed.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestConversation } from "../faults/environment.ts";
import { processorMs } from "../harness/processes.ts";
import { randomFrom } from "../load/actions.ts";
import type { ChatServer, ChatServerSocket, Hooks } from "./chat-server.ts";

const OPENED_AT_ONCE = 50;
const LATE_MS = 10_000;

export interface SegmentFigures {
  ackMs: number[];
  deliveryMs: number[];
  sent: number;
  /** Acknowledgements and deliveries that never arrived. */
  missing: number;
  refused: number;
  /** Processor time of the server's own processes, and of Postgres. */
  serverCpuMs: number;
  postgresCpuMs: number;
}

/** Opens this many sockets, one for each member of the conversations. */
export async function openSockets(
  server: ChatServer,
  conversations: readonly TestConversation[],
  count: number,
  hooks: Hooks,
) {
  const memberships = conversations
    .flatMap((conversation) => conversation.people.map((person) => ({ conversation, person })))
    .slice(0, count);
  const sockets: { socket: ChatServerSocket; conversationSize: number }[] = [];
  for (let from = 0; from < memberships.length; from += OPENED_AT_ONCE) {
    const some = memberships.slice(from, from + OPENED_AT_ONCE);
    sockets.push(
      ...(await Promise.all(
        some.map(async ({ conversation, person }) => ({
          socket: await server.open(conversation, person, hooks),
          conversationSize: conversation.people.length,
        })),
      )),
    );
  }
  return sockets;
}

type Wish = {
  conversations: readonly TestConversation[];
  sockets: number;
  rate: number;
  warmupS: number;
  seconds: number;
};

/** @param postgresPids the process ids of the database server at this moment */
export async function runSegment(
  server: ChatServer,
  wish: Wish,
  postgresPids: () => number[],
): Promise<SegmentFigures> {
  const sentAt = new Map<string, { at: number; by: ChatServerSocket }>();
  const figures: SegmentFigures = {
    ...{ ackMs: [], deliveryMs: [], sent: 0, missing: 0, refused: 0, serverCpuMs: 0, postgresCpuMs: 0 },
  };
  const sockets = await openSockets(server, wish.conversations, wish.sockets, {
    onAck: (clientId) => {
      const sent = sentAt.get(clientId);
      if (sent) figures.ackMs.push(performance.now() - sent.at);
    },
    onMessage: (clientId, member) => {
      const sent = sentAt.get(clientId);
      if (sent && sent.by !== member) figures.deliveryMs.push(performance.now() - sent.at);
    },
    onRefusal: () => {
      figures.refused += 1;
    },
  });
  try {
    const random = randomFrom(wish.sockets);
    const chatFor = async (seconds: number, isCounted: boolean) => {
      let expected = 0;
      const startedAt = performance.now();
      for (let turn = 0; turn < wish.rate * seconds; turn += 1) {
        const dueInMs = startedAt + (turn * 1_000) / wish.rate - performance.now();
        if (dueInMs > 1) await sleep(dueInMs);
        const chosen = sockets[Math.floor(random() * sockets.length)];
        if (!chosen) throw new Error("no sockets");
        const clientId = randomUUID();
        if (isCounted) {
          sentAt.set(clientId, { at: performance.now(), by: chosen.socket });
          figures.sent += 1;
          expected += chosen.conversationSize - 1;
        }
        chosen.socket.send(clientId, `${turn} ${"some words of a message ".repeat(4)}`);
      }
      return expected;
    };
    await chatFor(wish.warmupS, false);
    await sleep(500);
    const cpuBefore = { server: processorMs(server.pids()), postgres: processorMs(postgresPids()) };
    const expected = await chatFor(wish.seconds, true);
    const isComplete = () => figures.ackMs.length >= figures.sent && figures.deliveryMs.length >= expected;
    for (let waited = 0; waited < LATE_MS && !isComplete(); waited += 50) await sleep(50);
    figures.missing = figures.sent - figures.ackMs.length + expected - figures.deliveryMs.length;
    figures.serverCpuMs = processorMs(server.pids()) - cpuBefore.server;
    figures.postgresCpuMs = processorMs(postgresPids()) - cpuBefore.postgres;
    return figures;
  } finally {
    for (const { socket } of sockets) socket.close();
    await sleep(1_000);
  }
}
