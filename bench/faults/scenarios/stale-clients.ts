/** R5: a client whose last frame was dropped, or whose connection is dead, notices by its heartbeat. */
import { setTimeout as sleep } from "node:timers/promises";
import { HEARTBEAT_MS } from "../../chat/room-link.ts";
import { startEnvironment } from "../environment.ts";
import { FrameRelay } from "../frame-relay.ts";
import { formatMs, type Row, type Settings } from "../scenario.ts";
import { TcpRelay } from "../tcp-relay.ts";
import { Workload } from "../workload.ts";

const GOAL_MS = 30_000;
const LAST_WORDS = "these are the last words";
const CONVERSATIONS = 6;

export async function stale({ chatSeconds }: Settings): Promise<Row[]> {
  // The browser's heartbeat, except in a quick run.
  const heartbeatMs = chatSeconds < 10 ? 2_000 : HEARTBEAT_MS;
  const environment = await startEnvironment({ people: CONVERSATIONS * 3, conversationSize: 3 });
  const swallower = await FrameRelay.start(environment.url, {
    down: (frame) => (frame.includes(LAST_WORDS) && !frame.includes('"room.gap"') ? [] : [frame]),
  });
  const tunnel = await TcpRelay.start(environment.url);
  const workload = new Workload(environment);
  try {
    const seenAt = new Map<string, number>();
    const onMessage = (name: string) => (message: { body: string }, at: number) => {
      if (message.body.startsWith(LAST_WORDS)) seenAt.set(name, at);
    };
    const openings = environment.conversations.map(async (conversation, index) => {
      const [first, second, third] = conversation.people;
      if (!first || !second || !third) throw new Error("a conversation has three members");
      // Heartbeats are spread, so that losses fall anywhere between two of them.
      await sleep((index * heartbeatMs) / CONVERSATIONS);
      const wish = (name: string, socketUrl: string) => ({
        name,
        socketUrl,
        heartbeatMs,
        onMessage: onMessage(name),
      });
      const speaker = await workload.join(conversation, first).open();
      await workload.join(conversation, second, wish(`swallowed ${index}`, swallower.url)).open();
      await workload.join(conversation, third, wish(`tunnel ${index}`, tunnel.url)).open();
      return speaker;
    });
    const speakers = await Promise.all(openings);
    for (const speaker of speakers) await speaker.send(workload.nextText());
    await sleep(200);
    for (const connection of tunnel.connections) connection.stall();
    const sentAt = performance.now();
    await Promise.all(speakers.map((speaker) => speaker.send(LAST_WORDS)));
    const until = sentAt + GOAL_MS + 10_000;
    while (seenAt.size < CONVERSATIONS * 2 && performance.now() < until) await sleep(50);
    const row = (what: string, prefix: string): Row => {
      const took = [...seenAt].filter(([name]) => name.startsWith(prefix)).map(([, at]) => at - sentAt);
      const most = Math.max(...took);
      return {
        promise: "R5",
        what,
        goal: "noticed within one heartbeat (30 s)",
        found: `${took.length} of ${CONVERSATIONS} noticed, the last after ${formatMs(most)} (a beat every ${formatMs(heartbeatMs)})`,
        isKept: took.length === CONVERSATIONS && most <= GOAL_MS,
      };
    };
    return [row("the last frame swallowed", "swallowed"), row("the wire dead without a word", "tunnel")];
  } finally {
    workload.close();
    await swallower.stop();
    await tunnel.stop();
    await environment.stop();
  }
}
