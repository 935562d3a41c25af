/** Fixtures for tests of presence: Postgres in memory, people, tabs, and timers that the test fires. */

import { runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect } from "vitest";
import type { Audience, PresenceOf } from "../../db/views/presence.view.ts";
import type { PresenceRoom } from "../rooms/presence/presence.room.ts";
import type { StoredPresence } from "../rooms/presence/presence-directory.ts";
import type { LoadedPerson } from "../rooms/presence/visibility-loader.ts";
import { GRACE_MS } from "../rooms/user/presence-context.ts";
import { openUser, row } from "./room-client.ts";
import { startedPresenceRoom, startedUserRoom } from "./room-stubs.ts";

export const shardOf = (userId: string) => startedPresenceRoom(userId);

/** Postgres in memory: the stored people, and a record of all reads and writes. */
export const postgres = {
  people: new Map<string, LoadedPerson>(),
  reads: [] as string[][],
  writes: [] as StoredPresence[][],
  isAway: false,
};
const store = {
  async load(userIds: string[]) {
    postgres.reads.push(userIds);
    if (postgres.isAway) throw new Error("Postgres is away");
    return userIds.flatMap((id) => postgres.people.get(id) ?? []);
  },
  async storePresence(people: StoredPresence[]) {
    if (postgres.isAway) throw new Error("Postgres is away");
    postgres.writes.push(people);
  },
};

/** Runs `work` in a person's shard with Postgres in memory, which has to be set again after each eviction. */
export async function inShard<T>(userId: string, work: (room: PresenceRoom) => Promise<T> | T): Promise<T> {
  return await runInDurableObject(await shardOf(userId), async (room) => {
    room.store = store;
    return await work(room);
  });
}

export async function person(
  audience: Audience = "everyone",
  visibility: Partial<LoadedPerson> = {},
): Promise<string> {
  const userId = uuidv7();
  postgres.people.set(userId, {
    userId,
    audience,
    allowed: [],
    hidden: [],
    isOnline: false,
    lastSeenAt: null,
    ...visibility,
  });
  // An earlier test may have changed the clock of this shard, which several people share.
  await inShard(userId, (room) => {
    room.clock = { now: () => Date.now() };
  });
  return userId;
}

export async function changeVisibility(
  userId: string,
  audience: Audience,
  visibility: Partial<LoadedPerson> = {},
) {
  postgres.people.set(userId, {
    userId,
    audience,
    allowed: [],
    hidden: [],
    isOnline: false,
    lastSeenAt: null,
    ...visibility,
  });
  const changed = row(`presence:${userId}`, "circle.changed", {});
  expect(await inShard(userId, (room) => room.deliver([changed]))).toEqual({ failed: [] });
}

export const ONLINE = { isOnline: true, lastSeenAt: null };
/** Hidden and unknown people have this presence too. */
export const OFFLINE = { isOnline: false, lastSeenAt: null };

export async function seen(viewerId: string, userId: string) {
  const [view] = await inShard(userId, (room) => room.query(viewerId, [userId]));
  const { userId: _, ...presence } = view as PresenceOf;
  return presence;
}

export type Tab = Awaited<ReturnType<typeof openUser>>;

/** The presence of a person that a tab has received, in order. */
export function received(tab: Tab, userId: string) {
  return tab
    .signals("presence.changed")
    .flatMap(({ data }) => data.people)
    .filter((each) => each.userId === userId)
    .map(({ userId: _, ...presence }) => presence);
}

export async function subscribed(viewerId: string, ids: string[]): Promise<Tab> {
  const tab = await openUser(viewerId);
  tab.send({ type: "presence.watch", ids });
  await tab.until(() => tab.signals("presence.changed").length > 0);
  return tab;
}

/** A timer of a person's UserRoom. */
interface Timer {
  ms: number;
  work: () => void;
}
const waiting = new Map<string, Set<Timer>>();

/** From now on the timers of a person's UserRoom fire only by `fireTimers`. */
export async function holdTime(userId: string): Promise<void> {
  const held = new Set<Timer>();
  waiting.set(userId, held);
  await runInDurableObject(await startedUserRoom(userId), (room) => {
    room.later = (ms, work) => {
      const each = { ms, work };
      held.add(each);
      return () => held.delete(each);
    };
  });
}

/** Fires the timers with a delay of at most `ms`. */
export async function passTime(userId: string, ms: number): Promise<void> {
  await runInDurableObject(await startedUserRoom(userId), () => {
    for (const each of waiting.get(userId) ?? [])
      if (each.ms <= ms && waiting.get(userId)?.delete(each)) each.work();
  });
}

const socketsOf = async (userId: string) =>
  await runInDurableObject(await startedUserRoom(userId), (room) => [...room.getConnections()].length);

export async function close(userId: string, tab: Tab): Promise<void> {
  const before = await socketsOf(userId);
  tab.socket.close(1000);
  await expect.poll(() => socketsOf(userId)).toBe(before - 1);
}

/** Closes the last tab and fires the timer of the grace period. */
export async function leave(userId: string, tab: Tab): Promise<void> {
  await holdTime(userId);
  await close(userId, tab);
  await passTime(userId, GRACE_MS);
}

export async function subscribersOf(userId: string): Promise<string[]> {
  return await runInDurableObject(await shardOf(userId), (_, state) =>
    state.storage.sql
      .exec<{ subscriber_id: string }>("select subscriber_id from subscriptions where target_id = ?", userId)
      .toArray()
      .map((each) => each.subscriber_id),
  );
}
