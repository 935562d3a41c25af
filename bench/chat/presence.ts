/**
 * Presence: how fast subscribers see somebody come online and go offline, and what a query for 200
 * accounts costs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type WebSocket from "ws";
import type { PlazaEnvironment } from "../faults/environment.ts";
import { percentile, spread } from "../load/percentile.ts";
import { openWebSocket } from "./chat-server.ts";

/** An account is offline this long after its last socket closed. */
const OFFLINE_AFTER_MS = 10_000;
const SUBSCRIBED = 20;
const BATCH = 200;
const QUERIES = 300;
const OPENED_AT_ONCE = 50;
const SETTLE_MS = 3_000;
const SEEN_WITHIN_MS = 5_000;

export interface PresenceFigures {
  onlineMs: number[];
  offlineMs: number[];
  /** Transitions that a subscriber did not receive. */
  unseen: number;
  queryMs: number[];
  queriesRefused: number;
  /** Requests to Postgres during the measurement. */
  asked: Record<string, number>;
}

type Awaited = { isOnline: boolean; from: number; subscribers: Set<number> };

/**
 * Every account has a socket and subscribes to the next accounts. Each second one in two hundred
 * disconnects and one reconnects.
 */
export async function runPresence(
  environment: PlazaEnvironment,
  count: number,
  seconds: number,
): Promise<PresenceFigures> {
  const people = environment.users.slice(0, count);
  const figures: PresenceFigures = {
    ...{ onlineMs: [], offlineMs: [], unseen: 0, queryMs: [], queriesRefused: 0, asked: {} },
  };
  const sockets: (WebSocket | null)[] = people.map(() => null);
  const awaited = new Map<string, Awaited>();
  const onText = (subscriber: number, text: string) => {
    if (!text.includes('"presence.changed"')) return;
    const now = performance.now();
    for (const { userId, isOnline } of JSON.parse(text).data.people) {
      const change = awaited.get(userId);
      if (!change || change.isOnline !== isOnline || !change.subscribers.delete(subscriber)) continue;
      (isOnline ? figures.onlineMs : figures.offlineMs).push(now - change.from);
    }
  };
  const subscribedBy = (index: number) =>
    Array.from({ length: Math.min(SUBSCRIBED, count - 1) }, (_, at) => (index + at + 1) % count);
  const subscribersOf = (index: number) =>
    Array.from({ length: Math.min(SUBSCRIBED, count - 1) }, (_, at) => (index - at - 1 + count) % count);
  const open = async (index: number) => {
    const person = people[index];
    if (!person) throw new Error("the environment has too few people");
    const url = `${environment.url}/parties/user-room/me?account=${person.id}`;
    const headers = { Origin: environment.url, Cookie: person.cookie };
    const socket = await openWebSocket(
      url,
      headers,
      (text) => text.includes('"room.welcome"'),
      (text) => onText(index, text),
    );
    sockets[index] = socket;
    const ids = subscribedBy(index).flatMap((other) => people[other]?.id ?? []);
    socket.send(JSON.stringify({ type: "presence.watch", ids }));
  };
  /** From now on every online subscriber is expected to receive this transition. */
  const expect = (index: number, isOnline: boolean, from: number) => {
    const id = people[index]?.id ?? "";
    figures.unseen += awaited.get(id)?.subscribers.size ?? 0;
    awaited.set(id, {
      isOnline,
      from,
      subscribers: new Set(subscribersOf(index).filter((each) => sockets[each])),
    });
  };
  /**
   * A disconnected subscriber receives nothing more, and what it did not receive yet is not counted as
   * missing.
   */
  const forgive = (index: number) => {
    for (const { subscribers } of awaited.values()) subscribers.delete(index);
  };

  try {
    for (let from = 0; from < count; from += OPENED_AT_ONCE) {
      await Promise.all(people.slice(from, from + OPENED_AT_ONCE).map((_, at) => open(from + at)));
    }
    await sleep(SETTLE_MS);
    const before = (await environment.plaza.server?.neonProxy.tally()) ?? {};
    const away: { index: number; since: number }[] = [];
    const flaps = Math.max(1, Math.round(count / 200));
    const startedAt = performance.now();
    const pending: Promise<unknown>[] = [];
    let turn = 0;
    // One batch a second. A disconnected account reconnects once every subscriber has received its
    // transition.
    for (let second = 0; second < seconds; second += 1) {
      for (let flap = 0; flap < flaps; flap += 1) {
        await sleep(Math.max(0, startedAt + second * 1_000 + (flap * 1_000) / flaps - performance.now()));
        turn += 1;
        const going = (turn * 37) % count;
        if (sockets[going]) {
          const from = performance.now();
          sockets[going]?.terminate();
          sockets[going] = null;
          forgive(going);
          away.push({ index: going, since: from });
          expect(going, false, from + OFFLINE_AFTER_MS);
        }
        const [first] = away;
        if (first && performance.now() - first.since > OFFLINE_AFTER_MS + SEEN_WITHIN_MS) {
          away.shift();
          expect(first.index, true, performance.now());
          pending.push(open(first.index));
        }
      }
    }
    await Promise.all(pending);
    await sleep(OFFLINE_AFTER_MS + SEEN_WITHIN_MS);
    for (const { subscribers } of awaited.values()) figures.unseen += subscribers.size;
    const after = (await environment.plaza.server?.neonProxy.tally()) ?? {};
    for (const [name, many] of Object.entries(after))
      if (many > (before[name] ?? 0)) figures.asked[name] = many - (before[name] ?? 0);

    for (let asked = 0; asked < QUERIES; asked += 1) await queryOnce(environment, asked, figures);
    return figures;
  } finally {
    for (const socket of sockets) socket?.terminate();
  }
}

async function queryOnce(
  { url, users }: PlazaEnvironment,
  turn: number,
  figures: PresenceFigures,
): Promise<void> {
  const person = users[turn % users.length];
  if (!person) return;
  const ids = Array.from(
    { length: Math.min(BATCH, users.length) },
    (_, at) => users[(turn * 7 + at) % users.length]?.id,
  );
  const from = performance.now();
  const response = await fetch(`${url}/api/presence/query`, {
    method: "POST",
    headers: {
      ...{ Origin: url, Cookie: person.cookie, "X-Plaza-Account": person.id },
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ ids }),
  });
  await response.text();
  if (response.ok) figures.queryMs.push(performance.now() - from);
  else figures.queriesRefused += 1;
}

/** The presence rows of the table. */
export function printPresence(count: number, figures: PresenceFigures): boolean {
  const { onlineMs, offlineMs, unseen, queryMs, queriesRefused, asked } = figures;
  console.log(`presence, ${count} sockets, 1 % flapping a second, each subscribing ${SUBSCRIBED}:`);
  console.log(`  came, seen by a subscriber after      ${spread(onlineMs)}`);
  console.log(`  went, seen after the 10 s of grace ${spread(offlineMs)}`);
  console.log(
    `  not seen by somebody who subscribed: ${unseen}; asked of Postgres meanwhile: ${JSON.stringify(asked)}`,
  );
  console.log(`  a batch of ${BATCH}, one at a time       ${spread(queryMs)}, refused ${queriesRefused}`);
  const seenP99 = percentile([...onlineMs, ...offlineMs], 0.99);
  return unseen === 0 && queriesRefused === 0 && seenP99 < 1_000 && percentile(queryMs, 0.99) < 20;
}
