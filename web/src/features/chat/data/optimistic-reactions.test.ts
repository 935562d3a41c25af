import { beforeEach, describe, expect, it } from "vitest";
import { createOptimisticReactions, type OptimisticReactions, withIntents } from "./optimistic-reactions.ts";
import { sampleMessage } from "./sample.test-data.ts";

const message = sampleMessage(1, { reactions: [{ emoji: "👍", userIds: ["ben"] }] });
const shown = (intents: [string, boolean][]) => withIntents(message, new Map(intents), "ann").reactions;

describe("reaction intents applied to a message", () => {
  it("add a reaction, join an existing one and remove the last one", () => {
    expect(shown([["👍", true]])).toEqual([{ emoji: "👍", userIds: ["ben", "ann"] }]);
    expect(shown([["🎉", true]])).toEqual([...message.reactions, { emoji: "🎉", userIds: ["ann"] }]);
    const mine = { ...message, reactions: [{ emoji: "👍", userIds: ["ann"] }] };
    expect(withIntents(mine, new Map([["👍", false]]), "ann").reactions).toEqual([]);
  });

  it("return the same message when it has these reactions already or when there are no intents", () => {
    expect(withIntents(message, new Map([["🎉", false]]), "ann")).toBe(message);
    expect(withIntents(message, undefined, "ann")).toBe(message);
  });
});

describe("optimistic reactions", () => {
  let sent: { text: string; answer: () => void; fail: (error: Error) => void }[];
  let failures: unknown[];
  let timers: (() => void)[];
  let reacting: OptimisticReactions;
  const intents = () => [...(reacting.of(1) ?? [])];

  beforeEach(() => {
    sent = [];
    failures = [];
    timers = [];
    reacting = createOptimisticReactions({
      send: (seq, emoji, isOn) =>
        new Promise<void>((resolve, reject) => {
          sent.push({ text: `${seq} ${emoji} ${isOn}`, answer: resolve, fail: reject });
        }),
      setTimer: (run) => timers.push(run),
    });
    reacting.onFailure = (error) => failures.push(error);
  });

  it("show the reaction at once and drop the intent some time after the answer", async () => {
    const done = reacting.react(1, "👍", true);
    expect(intents()).toEqual([["👍", true]]);
    sent[0]?.answer();
    await done;
    expect(intents()).toEqual([["👍", true]]);
    for (const run of timers) run();
    expect(intents()).toEqual([]);
  });

  it("undo a failed reaction and report the error", async () => {
    const before = reacting.get();
    const done = reacting.react(1, "👍", true);
    const error = new Error("no");
    sent[0]?.fail(error);
    await done;
    expect(intents()).toEqual([]);
    expect(failures).toEqual([error]);
    expect(reacting.get()).not.toBe(before);
  });

  it("send only the last of several quick presses", async () => {
    const done = reacting.react(1, "👍", true);
    void reacting.react(1, "👍", false);
    void reacting.react(1, "👍", true);
    void reacting.react(1, "👍", false);
    void reacting.react(1, "🎉", true);
    expect(sent.map((one) => one.text)).toEqual(["1 👍 true", "1 🎉 true"]);
    sent[0]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    expect(sent.map((one) => one.text)).toEqual(["1 👍 true", "1 🎉 true", "1 👍 false"]);
    for (const run of timers) run();
    expect(intents()).toEqual([
      ["👍", false],
      ["🎉", true],
    ]);
    sent[2]?.answer();
    await done;
  });
});
