import { expect, it } from "vitest";
import { COMMANDS_PER_SECOND_CLIENT } from "../../../party/protocol/limits.ts";
import { createCommandPace } from "./command-pace.ts";
import { COMMAND_QUEUE_MAX } from "./limits.ts";

/** A pace on a fake clock; `runUntil` fires what is scheduled. */
function start() {
  let time = 0;
  let timer: { at: number; run: () => void } | null = null;
  const sent: { text: string; at: number }[] = [];
  const pace = createCommandPace({
    now: () => time,
    schedule: (ms, run) => {
      timer = { at: time + ms, run };
    },
    send: (text) => sent.push({ text, at: time }),
  });
  const runUntil = (ms: number) => {
    while (timer && timer.at <= ms) {
      const { at, run } = timer;
      timer = null;
      time = at;
      run();
    }
    time = ms;
  };
  return { pace, sent, runUntil, texts: () => sent.map(({ text }) => text) };
}

it("sends at once while the second has room", () => {
  const { pace, sent } = start();
  for (let n = 0; n < COMMANDS_PER_SECOND_CLIENT; n += 1) pace.send(String(n));
  expect(sent.map(({ at }) => at)).toEqual(Array(COMMANDS_PER_SECOND_CLIENT).fill(0));
});

it("never sends more than the limit in any second, keeps the order and drops nothing", () => {
  const { pace, sent, runUntil, texts } = start();
  const all = Array.from({ length: 45 }, (_, n) => String(n));
  for (const [n, text] of all.entries()) {
    runUntil(n * 30);
    expect(pace.send(text)).toBe(true);
  }
  runUntil(10_000);
  expect(texts()).toEqual(all);
  for (const { at } of sent) {
    const within = sent.filter((other) => other.at >= at && other.at < at + 1_000);
    expect(within.length).toBeLessThanOrEqual(COMMANDS_PER_SECOND_CLIENT);
  }
});

it("refuses commands when the queue is full, and drops the queue when the socket is closed", () => {
  const { pace, runUntil, texts } = start();
  for (let n = 0; n < COMMANDS_PER_SECOND_CLIENT + COMMAND_QUEUE_MAX; n += 1)
    expect(pace.send("old")).toBe(true);
  expect(pace.send("too much")).toBe(false);
  pace.clear();
  expect(pace.send("new")).toBe(true);
  runUntil(60_000);
  expect(texts()).toEqual([...Array(COMMANDS_PER_SECOND_CLIENT).fill("old"), "new"]);
});
