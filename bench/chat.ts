/**
 * P4, P5, X-4: compares chat on the built Worker with a bare Durable Object without storage and with
 * Socket.IO 4 + Redis + Postgres. All do the same work at the same durability, in one run, in turns. Then it
 * measures presence.
 *
 *   npm run bench:chat -- [--sockets 200,1000,2000] [--rate 0.2] [--seconds 15] [--warmup 5] [--rounds 3]
 *                         [--servers plaza,bare,socketio] [--presence 2000] [--flaps 60]
 *
 * --rate is in messages per second and socket. Conversations have 10 members. The load client and all servers
 * share the machine. Postgres runs with fsync for all servers.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runUntilStopped } from "../db/local/process/lifetime.ts";
import type { ChatServer } from "./chat/chat-server.ts";
import { openSockets, runSegment, type SegmentFigures } from "./chat/measure.ts";
import { printPresence, runPresence } from "./chat/presence.ts";
import { startBareRoom } from "./chat/servers/bare-room.ts";
import { plazaServer } from "./chat/servers/plaza.ts";
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
    servers: { type: "string", default: "plaza,bare,socketio" },
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
  // A folder of its own turns fsync on: a message that Socket.IO acknowledges is on disk, as a room's message
  // is.
  const dir = await mkdtemp(join(tmpdir(), "plaza-chat-"));
  // The database's own user needs to traverse the folder.
  await chmod(dir, 0o755);
  onStop(() => rm(dir, { recursive: true, force: true }));
  const people = Math.max(most, presence);
  const environment = await startEnvironment({ people, conversationSize: CONVERSATION_SIZE, plaza: { dir } });
  onStop(environment.stop);
  const servers: ChatServer[] = [];
  for (const name of values.servers.split(",")) {
    const server =
      name === "plaza"
        ? plazaServer(environment)
        : name === "bare"
          ? await startBareRoom()
          : await startSocketIo(environment);
    if (!server) continue;
    servers.push(server);
    onStop(server.stop);
  }
  const isKept = await measure(environment, servers);
  await stop(isKept ? 0 : 1);
});

async function measure(environment: PlazaEnvironment, servers: readonly ChatServer[]): Promise<boolean> {
  const nobody = { onAck: () => {}, onMessage: () => {}, onRefusal: () => {} };
  console.log(`idle sockets, ${most} of them in rooms of ${CONVERSATION_SIZE}`);
  for (const server of servers) {
    const before = residentBytes(server.pids());
    const sockets = await openSockets(server, environment.conversations, most, nobody);
    await sleep(3_000);
    const grown = residentBytes(server.pids()) - before;
    console.log(
      `  ${server.name}: ${(grown / most / KIB).toFixed(0)} KB a socket (${(before / MIB).toFixed(0)} MB before)`,
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
    const total = new Map<ChatServer, SegmentFigures[]>(servers.map((server) => [server, []]));
    const asked: Record<string, number> = {};
    for (let round = 0; round < rounds; round += 1) {
      // Each round starts with another server, so that none of them always gets the idle machine.
      for (let turn = 0; turn < servers.length; turn += 1) {
        const server = servers[(turn + round) % servers.length];
        if (!server) continue;
        const before = (await environment.plaza.server?.neonProxy.tally()) ?? {};
        const wish = {
          conversations: environment.conversations,
          sockets: size,
          rate: rate * size,
          warmupS,
          seconds,
        };
        total.get(server)?.push(await runSegment(server, wish, postgresPids));
        if (server.name !== "Plaza") continue;
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

function printSize(
  size: number,
  total: Map<ChatServer, SegmentFigures[]>,
  asked: Record<string, number>,
): boolean {
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
  const bare = p99.get("bare Durable Object");
  const server = p99.get("Socket.IO + Redis + Postgres");
  const ratio = bare === undefined ? Number.NaN : plaza / bare;
  const isBelow = server === undefined || plaza < server;
  console.log(
    `  P4: p99 acknowledged is ${ratio.toFixed(2)} times the bare room's (goal 1.5), ${isBelow ? "below" : "above"} Socket.IO's`,
  );
  return isComplete && (Number.isNaN(ratio) || ratio <= 1.5) && isBelow;
}
