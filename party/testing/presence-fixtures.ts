/** What the tests of presence share: a Postgres of their own, people, tabs, and time that stands still. */

import { runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect } from "vitest";
import type { Audience, PresenceOf } from "../../db/views/presence.view.ts";
import type { PresenceRoom } from "../rooms/presence/presence.room.ts";
import type { StoredPresence } from "../rooms/presence/presence-book.ts";
import type { Circle } from "../rooms/presence/presence-circles.ts";
import { GRACE_MS } from "../rooms/user/presence-host.ts";
import { openUser, row } from "./room-client.ts";
import { startedPresenceRoom, startedUserRoom } from "./room-stubs.ts";

export const userRoom = (userId: string) => startedUserRoom(userId);
export const shardOf = (userId: string) => startedPresenceRoom(userId);

/** Postgres as far as the shards of this file see it: circles by person, and every write. */
export const postgres = {
  circles: new Map<string, Circle>(),
  reads: [] as string[][],
  writes: [] as StoredPresence[][],
  isAway: false,
};
const store = {
  async circles(userIds: string[]) {
    postgres.reads.push(userIds);
    if (postgres.isAway) throw new Error("Postgres is away");
    return userIds.flatMap((id) => postgres.circles.get(id) ?? []);
  },
  async storePresence(people: StoredPresence[]) {
    if (postgres.isAway) throw new Error("Postgres is away");
    postgres.writes.push(people);
  },
};

/** Puts this file's Postgres under a person's shard, which forgets it whenever it is evicted. */
export async function inShard<T>(userId: string, work: (room: PresenceRoom) => Promise<T> | T): Promise<T> {
  return await runInDurableObject(await shardOf(userId), async (room) => {
    room.store = store;
    return await work(room);
  });
}

export async function person(audience: Audience = "everyone", circle: Partial<Circle> = {}): Promise<string> {
  const userId = uuidv7();
  postgres.circles.set(userId, { userId, audience, allowed: [], hidden: [], ...circle });
  await inShard(userId, () => undefined);
  return userId;
}

export async function changeCircle(userId: string, audience: Audience, circle: Partial<Circle> = {}) {
  postgres.circles.set(userId, { userId, audience, allowed: [], hidden: [], ...circle });
  const told = row(`presence:${userId}`, "circle.changed", {});
  expect(await inShard(userId, (room) => room.deliver([told]))).toEqual({ failed: [] });
}

export const HERE = { isOnline: true, lastSeenAt: null };
export const NOTHING = { isOnline: false, lastSeenAt: null };

export async function seen(viewerId: string, userId: string) {
  const [view] = await inShard(userId, (room) => room.query(viewerId, [userId]));
  const { userId: _, ...presence } = view as PresenceOf;
  return presence;
}

export type Tab = Awaited<ReturnType<typeof openUser>>;

/** What a tab was told of a person, in order. */
export function told(tab: Tab, userId: string) {
  return tab
    .signals("presence.changed")
    .flatMap(({ data }) => data.people)
    .filter((each) => each.userId === userId)
    .map(({ userId: _, ...presence }) => presence);
}

export async function watching(viewerId: string, ids: string[]): Promise<Tab> {
  const tab = await openUser(viewerId);
  tab.say({ type: "presence.watch", ids });
  await tab.until(() => tab.signals("presence.changed").length > 0);
  return tab;
}

/** What a person's room waits for in memory, since it was looked at last. */
interface Waiting {
  ms: number;
  work: () => void;
}
const waiting = new Map<string, Set<Waiting>>();

/** From now on nothing that a person's room waits for comes by itself. */
export async function holdTime(userId: string): Promise<void> {
  const held = new Set<Waiting>();
  waiting.set(userId, held);
  await runInDurableObject(await userRoom(userId), (room) => {
    room.later = (ms, work) => {
      const each = { ms, work };
      held.add(each);
      return () => held.delete(each);
    };
  });
}

/** Lets what was to come within `ms` come now. */
export async function passTime(userId: string, ms: number): Promise<void> {
  await runInDurableObject(await userRoom(userId), () => {
    for (const each of waiting.get(userId) ?? [])
      if (each.ms <= ms && waiting.get(userId)?.delete(each)) each.work();
  });
}

const socketsOf = async (userId: string) =>
  await runInDurableObject(await userRoom(userId), (room) => [...room.getConnections()].length);

export async function close(userId: string, tab: Tab): Promise<void> {
  const before = await socketsOf(userId);
  tab.socket.close(1000);
  await expect.poll(() => socketsOf(userId)).toBe(before - 1);
}

/** The last tab is closed and the grace has passed. */
export async function leave(userId: string, tab: Tab): Promise<void> {
  await holdTime(userId);
  await close(userId, tab);
  await passTime(userId, GRACE_MS);
}

export async function watchersOf(userId: string): Promise<string[]> {
  return await runInDurableObject(await shardOf(userId), (_, state) =>
    state.storage.sql
      .exec<{ watcher_id: string }>("select watcher_id from watches where target_id = ?", userId)
      .toArray()
      .map((each) => each.watcher_id),
  );
}
