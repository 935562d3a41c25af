/**
 * P4, P5, X-4: chat on the built Worker beside a bare Durable Object without storage (the floor) and Socket.IO 4 + Redis +
 * Postgres doing the same work at the same durability; all in one run, by turns. Then presence.
 *
 *   npm run bench:chat -- [--sockets 200,1000,2000] [--rate 0.2] [--seconds 15] [--warmup 5] [--rounds 3]
 *                         [--peers plaza,floor,socketio] [--presence 2000] [--flaps 60]
 *
 * --rate is messages a second for each socket; rooms are of 10. The client and all servers share the machine. Postgres
 * writes to disk before it answers (fsync on), for everybody.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runUntilStopped } from "../db/local/process/lifetime.ts";
import type { Peer } from "./chat/chat-server.ts";
import { openSockets, runSegment, type SegmentFigures } from "./chat/measure.ts";
import { printPresence, runPresence } from "./chat/presence.ts";
import { startBareRoom } from "./chat/servers/bare-room.ts";
import { plazaPeer } from "./chat/servers/plaza.ts";
import { startSocketIo } from "./chat/servers/socketio.ts";
import { type PlazaEnvironment, startEnvironment } from "./faults/environment.ts";
import { childrenOf, residentBytes } from "./harness/processes.ts";
import { percentile, spread } from "./load/percentile.ts";

const CONVERSATION_SIZE = 10;
const MIB = 1_024 * 1_024;
const KIB = 1_024;

const { values } = parseArgs({
  options: {
    sockets: { type: "string", default: "200,1000,2000" },
    rate: { type: "string", default: "0.2" },
    seconds: { type: "string", default: "15" },
    warmup: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    peers: { type: "string", default: "plaza,floor,socketio" },
    presence: { type: "string", default: "2000" },
    flaps: { type: "string", default: "60" },
  },
});
const sizes = values.sockets.split(",").map(Number);
const most = Math.max(...sizes);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const warmupS = Number(values.warmup);
const rounds = Number(values.rounds);
const presence = Number(values.presence);

const { stop } = runUntilStopped(async (onStop) => {
  // In a folder of its own, and so with fsync: a message that Socket.IO acknowledges is on the disk, as a room's is.
  const dir = await mkdtemp(join(tmpdir(), "plaza-chat-"));
  // The database's own user must be able to walk through.
  await chmod(dir, 0o755);
  onStop(() => rm(dir, { recursive: true, force: true }));
  const people = Math.max(most, presence);
  const environment = await startEnvironment({ people, conversationSize: CONVERSATION_SIZE, plaza: { dir } });
  onStop(environment.stop);
  const peers: Peer[] = [];
  for (const name of values.peers.split(",")) {
    const peer =
      name === "plaza"
        ? plazaPeer(environment)
        : name === "floor"
          ? await startBareRoom()
          : await startSocketIo(environment);
    if (!peer) continue;
    peers.push(peer);
    onStop(peer.stop);
  }
  const isKept = await measure(environment, peers);
  await stop(isKept ? 0 : 1);
});

async function measure(environment: PlazaEnvironment, peers: readonly Peer[]): Promise<boolean> {
  const nobody = { onAck: () => {}, onMessage: () => {}, onRefusal: () => {} };
  console.log(`idle sockets, ${most} of them in rooms of ${CONVERSATION_SIZE}`);
  for (const peer of peers) {
    const before = residentBytes(peer.pids());
    const sockets = await openSockets(peer, environment.conversations, most, nobody);
    await sleep(3_000);
    const grown = residentBytes(peer.pids()) - before;
    console.log(
      `  ${peer.name}: ${(grown / most / KIB).toFixed(0)} KB a socket (${(before / MIB).toFixed(0)} MB before)`,
    );
    for (const { socket } of sockets) socket.close();
    await sleep(1_000);
  }

  const postgresPids = () => {
    const pid = environment.plaza.server?.postgres.pid() ?? 0;
    return [pid, ...childrenOf(pid)];
  };
  let isKept = true;
  for (const size of sizes) {
    const total = new Map<Peer, SegmentFigures[]>(peers.map((peer) => [peer, []]));
    const asked: Record<string, number> = {};
    for (let round = 0; round < rounds; round += 1) {
      // Another one begins each time: nobody always has the quiet machine.
      for (let turn = 0; turn < peers.length; turn += 1) {
        const peer = peers[(turn + round) % peers.length];
        if (!peer) continue;
        const before = (await environment.plaza.server?.neonProxy.tally()) ?? {};
        const wish = {
          conversations: environment.conversations,
          sockets: size,
          rate: rate * size,
          warmupS,
          seconds,
        };
        total.get(peer)?.push(await runSegment(peer, wish, postgresPids));
        if (peer.name !== "Plaza") continue;
        const after = (await environment.plaza.server?.neonProxy.tally()) ?? {};
        for (const [name, many] of Object.entries(after))
          if (many > (before[name] ?? 0)) asked[name] = (asked[name] ?? 0) + many - (before[name] ?? 0);
      }
    }
    isKept = printSize(size, total, asked) && isKept;
  }
  if (presence > 0) {
    const figures = await runPresence(environment, presence, Number(values.flaps));
    isKept = printPresence(presence, figures) && isKept;
  }
  return isKept;
}

function printSize(size: number, total: Map<Peer, SegmentFigures[]>, asked: Record<string, number>): boolean {
  console.log(
    `\n${size} sockets, ${(rate * size).toFixed(0)} messages/s, ${(rate * size * (CONVERSATION_SIZE - 1)).toFixed(0)} deliveries/s to others, ${rounds} rounds of ${seconds} s`,
  );
  const p99 = new Map<string, number>();
  let isComplete = true;
  for (const [{ name }, rounds] of total) {
    const ackMs = rounds.flatMap((each) => each.ackMs);
    const deliveryMs = rounds.flatMap((each) => each.deliveryMs);
    const sum = (of: (each: SegmentFigures) => number) => rounds.reduce((all, each) => all + of(each), 0);
    const sent = sum((each) => each.sent);
    const perThousand = (ms: number) => `${((ms / sent) * 1_000).toFixed(0)} ms`;
    p99.set(name, percentile(ackMs, 0.99));
    isComplete &&= sum((each) => each.missing) === 0;
    console.log(`  ${name}`);
    console.log(`    acknowledged  ${spread(ackMs)}`);
    console.log(`    delivered     ${spread(deliveryMs)}`);
    console.log(
      `    processor time for 1,000 messages: server ${perThousand(sum((each) => each.serverCpuMs))}, Postgres ${perThousand(sum((each) => each.postgresCpuMs))}; ` +
        `missing ${sum((each) => each.missing)}, refused ${sum((each) => each.refused)}`,
    );
  }
  const plaza = p99.get("Plaza");
  if (plaza === undefined) return isComplete;
  console.log(`  Plaza asked of Postgres meanwhile, opening included: ${JSON.stringify(asked)}`);
  const floor = p99.get("bare Durable Object");
  const peer = p99.get("Socket.IO + Redis + Postgres");
  const ratio = floor === undefined ? Number.NaN : plaza / floor;
  const isBelow = peer === undefined || plaza < peer;
  console.log(
    `  P4: p99 acknowledged is ${ratio.toFixed(2)} times the floor's (goal 1.5), ${isBelow ? "below" : "above"} Socket.IO's`,
  );
  return isComplete && (Number.isNaN(ratio) || ratio <= 1.5) && isBelow;
}
