/**
 * P3: the time from the commit to another browser's socket at a steady rate, and that a minute of it loses
 * and duplicates nothing.
 *
 *   npm run bench:live -- [--rate 200] [--seconds 60] [--warmup 10] [--people 300] [--kills 0]
 *
 * The built Worker in bare workerd (rooms on this disk), PostgreSQL (without fsync) and this client share the
 * machine. The rate is constant whatever the answers do (open loop), so slow answers do not slow the requests
 * down. An event's `at` is the time of its trigger, just before the commit, so the figure includes the
 * commit.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startPlaza, TEST_AUTH_SECRET } from "./harness/plaza.ts";
import { mix, perform } from "./load/actions.ts";
import { type Listener, listen } from "./load/event-recorder.ts";
import { spread } from "./load/percentile.ts";
import { readDatabaseCounts } from "./load/verify-counts.ts";
import { insertVirtualUsers } from "./load/virtual-users.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    people: { type: "string", default: "300" },
    warmup: { type: "string", default: "10" },
    kills: { type: "string", default: "0" },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const kills = Number(values.kills);
const warmupS = Number(values.warmup);
const SETTLE_MOST_S = 90;

const plaza = await startPlaza({ rateLimitFactor: 1_000 });
try {
  const users = await insertVirtualUsers(plaza.database.serviceUrl, TEST_AUTH_SECRET, Number(values.people));
  const deliveryMs: number[] = [];
  const tripMs: number[] = [];
  const listeners: Listener[] = [];
  for (const person of users) {
    listeners.push(
      await listen(plaza.url, person, (event, arrivedAt) => {
        if (event.type === "notification.created") deliveryMs.push(arrivedAt - Date.parse(event.at));
      }),
    );
  }

  const actions = mix(users);
  const pending: Promise<unknown>[] = [];
  const failures: string[] = [];
  let retried = 0;
  // A room is created on its first event. Half the rate for a while, counted for losses only.
  const warmupUntil = performance.now() + warmupS * 1_000;
  while (performance.now() < warmupUntil) {
    await sleep(2_000 / rate);
    pending.push(
      perform(plaza.url, actions.next().value).catch((error: unknown) => failures.push(String(error))),
    );
  }
  await Promise.all(pending.splice(0));
  deliveryMs.length = 0;

  const startedAt = performance.now();
  const total = rate * seconds;
  const killAt = Array.from({ length: kills }, (_, index) => ((index + 1) * total) / (kills + 1));
  for (let sent = 0; sent < total; sent += 1) {
    const dueInMs = startedAt + (sent * 1_000) / rate - performance.now();
    if (dueInMs > 1) await sleep(dueInMs);
    if (killAt[0] !== undefined && sent >= killAt[0]) {
      killAt.shift();
      pending.push(plaza.restart());
    }
    const sentAt = performance.now();
    pending.push(
      perform(plaza.url, actions.next().value).then(
        ({ tries }) => {
          if (tries > 1) retried += 1;
          tripMs.push(performance.now() - sentAt);
        },
        (error: unknown) => failures.push(String(error)),
      ),
    );
  }
  await Promise.all(pending);
  const tookS = (performance.now() - startedAt) / 1_000;

  // The drainer delivers what a kill left in the outbox; then every socket has what Postgres has.
  let truth = await readDatabaseCounts(plaza.database.serviceUrl);
  const missingNow = () =>
    listeners.reduce((sum, { person, notifications }) => {
      const received = new Set(notifications);
      return sum + [...(truth.notifications.get(person.id) ?? [])].filter((id) => !received.has(id)).length;
    }, 0);
  for (let waited = 0; waited < SETTLE_MOST_S && (truth.outboxLeft > 0 || missingNow() > 0); waited += 1) {
    await sleep(1_000);
    await plaza.runCron();
    truth = await readDatabaseCounts(plaza.database.serviceUrl);
  }

  const stored = [...truth.notifications.values()].reduce((sum, ids) => sum + ids.size, 0);
  const doubled = listeners.reduce(
    (sum, each) => sum + each.doubled + (each.notifications.length - new Set(each.notifications).size),
    0,
  );
  console.log(
    `${total} actions at ${rate}/s in ${tookS.toFixed(1)} s, ${users.length} sockets, ${kills} kills of the Worker`,
  );
  console.log(`commit to socket      ${spread(deliveryMs)}`);
  console.log(`request to answer     ${spread(tripMs)}`);
  console.log(`failed ${failures.length}, answered after a retry ${retried}`);
  console.log(`notifications stored ${stored}, missing ${missingNow()}, doubled ${doubled}`);
  console.log(
    `live frames out of order ${listeners.reduce((sum, each) => sum + each.holes, 0)}, resyncs ${listeners.reduce((sum, each) => sum + each.resyncs, 0)}`,
  );
  console.log(
    `outbox left ${truth.outboxLeft}, cached counts that differ from COUNT(*): ${JSON.stringify(truth.wrongCounts)}`,
  );
  for (const failure of failures.slice(0, 5)) console.log(`  ${failure}`);
  const wrong = Object.values(truth.wrongCounts).some((count) => count > 0);
  process.exitCode =
    failures.length > 0 || missingNow() > 0 || doubled > 0 || wrong || truth.outboxLeft > 0 ? 1 : 0;
  for (const each of listeners) each.close();
} finally {
  await plaza.stop();
}
