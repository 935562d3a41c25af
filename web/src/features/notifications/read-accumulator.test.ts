import { describe, expect, it } from "vitest";
import { createReadAccumulator, READ_BATCH_MAX, READ_WINDOW_MS } from "./read-accumulator.ts";

function harness(send: (ids: string[]) => Promise<void> = async () => {}) {
  const requests: string[][] = [];
  const undone: string[][] = [];
  let confirmed = 0;
  const timers: { run: () => void; ms: number }[] = [];
  const accumulator = createReadAccumulator({
    setTimer: (run, ms) => timers.push({ run, ms }),
    send: (ids) => {
      requests.push(ids);
      return send(ids);
    },
    confirm: () => {
      confirmed += 1;
    },
    rollBack: (ids) => undone.push(ids),
  });
  return { accumulator, requests, undone, timers, confirmedCount: () => confirmed };
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe("the read accumulator", () => {
  it("collects marks for 300 ms and sends them as one request", () => {
    const { accumulator, requests, timers } = harness();
    for (const id of ["a", "b", "a", "c"]) accumulator.add(id);
    expect(requests).toEqual([]);
    expect(timers.map((timer) => timer.ms)).toEqual([READ_WINDOW_MS]);
    timers[0]?.run();
    expect(requests).toEqual([["a", "b", "c"]]);
  });

  it("undoes exactly the marks of a request that failed, and sends them again when they are added again", async () => {
    const { accumulator, undone, timers } = harness(() => Promise.reject(new Error("down")));
    accumulator.add("a");
    timers[0]?.run();
    expect(accumulator.add("a")).toBe(false);
    await settle();
    expect(undone).toEqual([["a"]]);
    expect(accumulator.add("a")).toBe(true);
  });

  it("sends at once when flushed, and not again when the timer fires", () => {
    const { accumulator, requests, timers } = harness();
    accumulator.add("a");
    accumulator.flush();
    timers[0]?.run();
    expect(requests).toEqual([["a"]]);
  });

  it("drops what was collected and ignores responses after a reset", async () => {
    let respond = () => {};
    const { accumulator, requests, timers, confirmedCount } = harness(
      () =>
        new Promise((resolve) => {
          respond = resolve;
        }),
    );
    accumulator.add("a");
    accumulator.flush();
    accumulator.add("b");
    accumulator.reset();
    for (const timer of timers) timer.run();
    respond();
    await settle();
    expect(requests).toEqual([["a"]]);
    expect(confirmedCount()).toBe(0);
  });

  it("splits a batch that exceeds the limit of one request", () => {
    const { accumulator, requests } = harness();
    for (let index = 0; index < READ_BATCH_MAX + 5; index++) accumulator.add(`n${index}`);
    accumulator.flush();
    expect(requests.map((ids) => ids.length)).toEqual([READ_BATCH_MAX, 5]);
  });
});
