// The two that call others for a shard: the teller of watchers, the loader of circles.
import { describe, expect, test } from "vitest";
import type { Telling } from "../presence/presence-book.ts";
import type { Circle } from "../presence/presence-circles.ts";
import { CircleLoader } from "../presence/presence-loader.ts";
import { PresenceTeller, TELLING_MAX } from "../presence/presence-teller.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));
const pair = (watcherId: string, targetId: string): Telling => ({ watcherId, targetId });

function tellerRig() {
  const calls: { watcherId: string; targetIds: string[]; end: (error?: Error) => Promise<unknown> }[] = [];
  const [told, failed]: [string[], Telling[]] = [[], []];
  const teller = new PresenceTeller({
    call: (watcherId, targetIds) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          if (error) reject(error);
          else resolve();
          return turn();
        };
        calls.push({ watcherId, targetIds, end });
      }),
    told: (targetId) => told.push(targetId),
    failed: (tellings) => failed.push(...tellings),
  });
  return { calls, told, failed, teller };
}

describe("the teller", () => {
  test("calls a watcher once at a time, and then once for all that came up meanwhile", async () => {
    const { calls, told, teller } = tellerRig();
    teller.tell(["ann"], [pair("ben", "ann")]);
    teller.tell(["cem"], [pair("ben", "cem")]);
    teller.tell(["ann"], [pair("ben", "ann")]);
    teller.tell(["cem"], [pair("ben", "cem")]);
    expect(calls.map(({ targetIds }) => targetIds)).toEqual([["ann"]]);
    await calls[0]?.end();
    expect(calls.map(({ targetIds }) => targetIds)).toEqual([["ann"], ["cem", "ann"]]);
    expect(told).toEqual([]);
    await calls[1]?.end();
    expect(told.sort()).toEqual(["ann", "cem"]);
  });

  test("has told of someone when all were reached, and at once when there is nobody", async () => {
    const { calls, told, failed, teller } = tellerRig();
    teller.tell(["dan"], []);
    expect(told).toEqual(["dan"]);
    teller.tell(["ann"], [pair("ben", "ann"), pair("cem", "ann")]);
    await calls[0]?.end(new Error("away"));
    await calls[1]?.end();
    expect(told).toEqual(["dan"]);
    expect(failed).toEqual([pair("ben", "ann")]);
    teller.tell([], failed);
    await calls[2]?.end();
    expect(told).toEqual(["dan", "ann"]);
  });

  test("has a bounded number of calls under way, and makes all of them", async () => {
    const { calls, told, teller } = tellerRig();
    teller.tell(
      ["ann"],
      Array.from({ length: 3 * TELLING_MAX }, (_, n) => pair(`w${n}`, "ann")),
    );
    expect(calls).toHaveLength(TELLING_MAX);
    for (let n = 0; n < 3 * TELLING_MAX; n++) await calls[n]?.end();
    expect(new Set(calls.map(({ watcherId }) => watcherId)).size).toBe(3 * TELLING_MAX);
    expect(told).toEqual(["ann"]);
  });
});

function loaderRig() {
  const reads: { ids: string[]; end: (circles?: Circle[]) => void; fail: (error: Error) => void }[] = [];
  const [loaded, failed]: [[string, Circle | null][], string[]] = [[], []];
  const loader = new CircleLoader({
    read: (ids) =>
      new Promise((resolve, reject) => reads.push({ ids, end: (all = []) => resolve(all), fail: reject })),
    loaded: (userId, circle) => loaded.push([userId, circle]),
    failed: (ids) => failed.push(...ids),
  });
  return { reads, loaded, failed, loader };
}
const open = (userId: string): Circle => ({ userId, audience: "everyone", allowed: [], hidden: [] });

describe("the loader", () => {
  test("asks once for all who are wanted in one turn", async () => {
    const { reads, loaded, loader } = loaderRig();
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

  test("keeps no answer that may be older than a change told meanwhile: it asks again", async () => {
    const { reads, loaded, loader } = loaderRig();
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

  test("says who could not be read, and can be asked again", async () => {
    const { reads, failed, loader } = loaderRig();
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
