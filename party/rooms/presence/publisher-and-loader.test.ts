// The two parts of a shard that call others: the publisher calls UserRooms, the loader queries Postgres.
import { describe, expect, test } from "vitest";
import type { PresenceNotification } from "./presence-directory.ts";
import { CALLS_MAX, PresencePublisher } from "./presence-publisher.ts";
import { type LoadedPerson, VisibilityLoader } from "./visibility-loader.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));
const pair = (subscriberId: string, targetId: string): PresenceNotification => ({ subscriberId, targetId });

function createPublisher() {
  const calls: { subscriberId: string; targetIds: string[]; end: (error?: Error) => Promise<unknown> }[] = [];
  const [published, failed]: [string[], PresenceNotification[]] = [[], []];
  const publisher = new PresencePublisher({
    call: (subscriberId, targetIds) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          if (error) reject(error);
          else resolve();
          return turn();
        };
        calls.push({ subscriberId, targetIds, end });
      }),
    onPublished: (targetId) => published.push(targetId),
    onFailed: (notifications) => failed.push(...notifications),
  });
  return { calls, published, failed, publisher };
}

describe("the publisher", () => {
  test("calls a subscriber once at a time, then once for all the changes that came meanwhile", async () => {
    const { calls, published, publisher } = createPublisher();
    publisher.publish(["ann"], [pair("ben", "ann")]);
    publisher.publish(["cem"], [pair("ben", "cem")]);
    publisher.publish(["ann"], [pair("ben", "ann")]);
    publisher.publish(["cem"], [pair("ben", "cem")]);
    expect(calls.map(({ targetIds }) => targetIds)).toEqual([["ann"]]);
    await calls[0]?.end();
    expect(calls.map(({ targetIds }) => targetIds)).toEqual([["ann"], ["cem", "ann"]]);
    expect(published).toEqual([]);
    await calls[1]?.end();
    expect(published.sort()).toEqual(["ann", "cem"]);
  });

  test("reports a target as published when every subscriber was reached, at once when there is none", async () => {
    const { calls, published, failed, publisher } = createPublisher();
    publisher.publish(["dan"], []);
    expect(published).toEqual(["dan"]);
    publisher.publish(["ann"], [pair("ben", "ann"), pair("cem", "ann")]);
    await calls[0]?.end(new Error("away"));
    await calls[1]?.end();
    expect(published).toEqual(["dan"]);
    expect(failed).toEqual([pair("ben", "ann")]);
    publisher.publish([], failed);
    await calls[2]?.end();
    expect(published).toEqual(["dan", "ann"]);
  });

  test("has a bounded number of calls under way, and makes every call", async () => {
    const { calls, published, publisher } = createPublisher();
    publisher.publish(
      ["ann"],
      Array.from({ length: 3 * CALLS_MAX }, (_, n) => pair(`w${n}`, "ann")),
    );
    expect(calls).toHaveLength(CALLS_MAX);
    for (let n = 0; n < 3 * CALLS_MAX; n++) await calls[n]?.end();
    expect(new Set(calls.map(({ subscriberId }) => subscriberId)).size).toBe(3 * CALLS_MAX);
    expect(published).toEqual(["ann"]);
  });
});

function createLoader() {
  const reads: { ids: string[]; end: (people?: LoadedPerson[]) => void; fail: (error: Error) => void }[] = [];
  const [loaded, failed]: [[string, LoadedPerson | null][], string[]] = [[], []];
  const loader = new VisibilityLoader({
    read: (ids) =>
      new Promise((resolve, reject) => reads.push({ ids, end: (all = []) => resolve(all), fail: reject })),
    onLoaded: (userId, person) => loaded.push([userId, person]),
    onFailed: (ids) => failed.push(...ids),
  });
  return { reads, loaded, failed, loader };
}
const open = (userId: string): LoadedPerson => ({
  userId,
  audience: "everyone",
  allowed: [],
  hidden: [],
  isOnline: false,
  lastSeenAt: null,
});

describe("the loader", () => {
  test("sends one query for all requests of one turn", async () => {
    const { reads, loaded, loader } = createLoader();
    const all = Promise.all([loader.load(["ann"]), loader.load(["ben"]), loader.load(["ann"])]);
    await turn();
    expect(reads.map(({ ids }) => ids)).toEqual([["ann", "ben"]]);
    reads[0]?.end([open("ann")]);
    await all;
    expect(loaded).toEqual([
      ["ann", open("ann")],
      ["ben", null],
    ]);
  });

  test("drops an answer that may be older than a change reported meanwhile, and queries again", async () => {
    const { reads, loaded, loader } = createLoader();
    const first = loader.load(["ann"]);
    await turn();
    const second = loader.load(["ann"]);
    reads[0]?.end([open("ann")]);
    await turn();
    expect(loaded).toEqual([]);
    expect(reads).toHaveLength(2);
    reads[1]?.end([{ ...open("ann"), audience: "nobody" }]);
    await Promise.all([first, second]);
    expect(loaded).toEqual([["ann", { ...open("ann"), audience: "nobody" }]]);
  });

  test("reports the people that could not be read; a later request queries again", async () => {
    const { reads, failed, loader } = createLoader();
    const first = loader.load(["ann"]);
    await turn();
    reads[0]?.fail(new Error("away"));
    await first;
    expect(failed).toEqual(["ann"]);
    const again = loader.load(["ann"]);
    await turn();
    reads[1]?.end();
    await again;
    expect(reads).toHaveLength(2);
  });
});
