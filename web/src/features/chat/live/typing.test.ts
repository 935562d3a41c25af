import { describe, expect, it } from "vitest";
import { TYPING_MS } from "../../../../../party/protocol/limits.ts";
import { createLatestValueSender } from "./latest-value-sender.ts";
import { createTypingReporter, createTypingStore, TYPING_AGAIN_MS } from "./typing.ts";

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
  it("is sent again before the indicator expires", () => {
    expect(TYPING_AGAIN_MS).toBeLessThan(TYPING_MS);
  });

  it("ends by a timer, which every typing.start restarts", () => {
    const time = clock();
    const typing = createTypingStore(time);
    typing.setTyping("c1", "ben", true);
    time.run(TYPING_MS - 1);
    typing.setTyping("c1", "ben", true);
    time.run(TYPING_MS - 1);
    expect(typing.of("c1")).toEqual(["ben"]);
    time.run(1);
    expect(typing.of("c1")).toEqual([]);
    expect(time.waiting()).toBe(0);
  });

  it("is kept per conversation and person, and the array stays the same until it changes", () => {
    const typing = createTypingStore(clock());
    let calls = 0;
    typing.subscribe(() => {
      calls += 1;
    });
    typing.setTyping("c1", "ben", true);
    typing.setTyping("c1", "cid", true);
    typing.setTyping("c2", "ben", true);
    const before = typing.of("c1");
    typing.setTyping("c1", "ben", true);
    expect(typing.of("c1")).toBe(before);
    expect(calls).toBe(3);
    typing.setTyping("c1", "ben", false);
    typing.setTyping("c1", "ben", false);
    expect(calls).toBe(4);
    typing.clear("c1");
    expect([typing.of("c1"), typing.of("c2")]).toEqual([[], ["ben"]]);
  });

  it("is reported at once, repeated while it goes on, and stopped once", () => {
    const sent: string[] = [];
    let now = 0;
    let isUp = false;
    const reporter = createTypingReporter({
      now: () => now,
      send: (type) => {
        if (isUp) sent.push(type);
        return isUp;
      },
    });
    reporter.onInput();
    isUp = true;
    for (now = 0; now < 6_000; now += 100) reporter.onInput();
    expect(sent).toEqual(["typing.start", "typing.start", "typing.start"]);
    reporter.stop();
    reporter.stop();
    expect(sent.at(-1)).toBe("typing.stop");
    expect(sent).toHaveLength(4);
  });
});

describe("the latest-value sender", () => {
  it("sends the newest value per key after a pause, never an older one, a few at a time", () => {
    const time = clock();
    const sent: string[] = [];
    let isUp = true;
    const latest = createLatestValueSender({
      waitMs: 300,
      batchMax: 2,
      send: (key, value) => {
        if (isUp) sent.push(`${key}${value}`);
        return isUp;
      },
      setTimer: time.setTimer,
    });
    for (const value of [1, 3, 2]) latest.set("a", value);
    for (const name of ["b", "c", "d"]) latest.set(name, 1);
    time.run(300);
    expect(sent).toEqual(["a3", "b1"]);
    time.run(300);
    expect(sent).toEqual(["a3", "b1", "c1", "d1"]);
    latest.set("a", 3);
    expect(time.waiting()).toBe(0);
    isUp = false;
    latest.set("a", 4);
    time.run(300);
    isUp = true;
    latest.set("a", 4);
    time.run(300);
    expect(sent.at(-1)).toBe("a4");
  });
});
