import { describe, expect, it } from "vitest";
import { TYPING_MS } from "../../../../../party/protocol/limits.ts";
import { createLatest } from "./latest-value-sender.ts";
import { createOwnTyping, createTypingPeople, TYPING_AGAIN_MS } from "./typing.ts";

function clock() {
  let timers: { at: number; run: () => void }[] = [];
  const self = {
    time: 0,
    setTimer: (run: () => void, ms: number) => {
      const timer = { at: self.time + ms, run };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer: unknown) => {
      timers = timers.filter((one) => one !== timer);
    },
    run: (ms: number) => {
      self.time += ms;
      const due = timers.filter((one) => one.at <= self.time);
      timers = timers.filter((one) => one.at > self.time);
      for (const one of due) one.run();
    },
    waiting: () => timers.length,
  };
  return self;
}

describe("typing", () => {
  it("lasts as long here as in the room", () => {
    expect(TYPING_AGAIN_MS).toBeLessThan(TYPING_MS);
  });

  it("ends by itself, and later when it was said again", () => {
    const time = clock();
    const people = createTypingPeople(time);
    people.note("c1", "ben", true);
    time.run(TYPING_MS - 1);
    people.note("c1", "ben", true);
    time.run(TYPING_MS - 1);
    expect(people.of("c1")).toEqual(["ben"]);
    time.run(1);
    expect(people.of("c1")).toEqual([]);
    expect(time.waiting()).toBe(0);
  });

  it("is of each conversation and person by themselves, and stays the same array until it changes", () => {
    const people = createTypingPeople(clock());
    let told = 0;
    people.subscribe(() => {
      told += 1;
    });
    people.note("c1", "ben", true);
    people.note("c1", "cid", true);
    people.note("c2", "ben", true);
    const before = people.of("c1");
    people.note("c1", "ben", true);
    expect(people.of("c1")).toBe(before);
    expect(told).toBe(3);
    people.note("c1", "ben", false);
    people.note("c1", "ben", false);
    expect(told).toBe(4);
    people.forget("c1");
    expect([people.of("c1"), people.of("c2")]).toEqual([[], ["ben"]]);
  });

  it("of one's own is said at once, then now and then, and taken back once", () => {
    const said: string[] = [];
    let now = 0;
    let isUp = false;
    const own = createOwnTyping({
      now: () => now,
      say: (type) => {
        if (isUp) said.push(type);
        return isUp;
      },
    });
    own.note();
    isUp = true;
    for (now = 0; now < 6_000; now += 100) own.note();
    expect(said).toEqual(["typing.start", "typing.start", "typing.start"]);
    own.stop();
    own.stop();
    expect(said.at(-1)).toBe("typing.stop");
    expect(said).toHaveLength(4);
  });
});

describe("the newest of quickly following numbers", () => {
  it("is told once things pause, never an older one, a few at a time", () => {
    const time = clock();
    const told: string[] = [];
    let isUp = true;
    const latest = createLatest({
      waitMs: 300,
      mostAtOnce: 2,
      say: (name, value) => {
        if (isUp) told.push(`${name}${value}`);
        return isUp;
      },
      setTimer: time.setTimer,
    });
    for (const value of [1, 3, 2]) latest.note("a", value);
    for (const name of ["b", "c", "d"]) latest.note(name, 1);
    time.run(300);
    expect(told).toEqual(["a3", "b1"]);
    time.run(300);
    expect(told).toEqual(["a3", "b1", "c1", "d1"]);
    latest.note("a", 3);
    expect(time.waiting()).toBe(0);
    isUp = false;
    latest.note("a", 4);
    time.run(300);
    isUp = true;
    latest.note("a", 4);
    time.run(300);
    expect(told.at(-1)).toBe("a4");
  });
});
