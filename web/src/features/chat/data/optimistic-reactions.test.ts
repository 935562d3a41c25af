import { beforeEach, describe, expect, it } from "vitest";
import { createReacting, type Reacting, withWishes } from "./optimistic-reactions.ts";
import { sampleMessage } from "./sample.test-data.ts";

const message = sampleMessage(1, { reactions: [{ emoji: "👍", userIds: ["ben"] }] });
const shown = (wishes: [string, boolean][]) => withWishes(message, new Map(wishes), "ann").reactions;

describe("wishes laid over a message", () => {
  it("add to what is there, and begin and end an emoji", () => {
    expect(shown([["👍", true]])).toEqual([{ emoji: "👍", userIds: ["ben", "ann"] }]);
    expect(shown([["🎉", true]])).toEqual([...message.reactions, { emoji: "🎉", userIds: ["ann"] }]);
    const mine = { ...message, reactions: [{ emoji: "👍", userIds: ["ann"] }] };
    expect(withWishes(mine, new Map([["👍", false]]), "ann").reactions).toEqual([]);
  });

  it("change nothing once it is so, nor when there are none", () => {
    expect(withWishes(message, new Map([["🎉", false]]), "ann")).toBe(message);
    expect(withWishes(message, undefined, "ann")).toBe(message);
  });
});

describe("reacting", () => {
  let sent: { text: string; answer: () => void; fail: (error: Error) => void }[];
  let failures: unknown[];
  let timers: (() => void)[];
  let reacting: Reacting;
  const wishes = () => [...(reacting.of(1) ?? [])];

  beforeEach(() => {
    sent = [];
    failures = [];
    timers = [];
    reacting = createReacting({
      send: (seq, emoji, isOn) =>
        new Promise<void>((resolve, reject) => {
          sent.push({ text: `${seq} ${emoji} ${isOn}`, answer: resolve, fail: reject });
        }),
      onFailure: (error) => failures.push(error),
      setTimer: (run) => timers.push(run),
    });
  });

  it("shows at once, and lets go when the event has had its time to come", async () => {
    const done = reacting.react(1, "👍", true);
    expect(wishes()).toEqual([["👍", true]]);
    sent[0]?.answer();
    await done;
    expect(wishes()).toEqual([["👍", true]]);
    for (const run of timers) run();
    expect(wishes()).toEqual([]);
  });

  it("is undone when it fails, and says why", async () => {
    const before = reacting.version();
    const done = reacting.react(1, "👍", true);
    const error = new Error("no");
    sent[0]?.fail(error);
    await done;
    expect(wishes()).toEqual([]);
    expect(failures).toEqual([error]);
    expect(reacting.version()).toBeGreaterThan(before);
  });

  it("sends only the last of quick presses", async () => {
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
    expect(wishes()).toEqual([
      ["👍", false],
      ["🎉", true],
    ]);
    sent[2]?.answer();
    await done;
  });
});
