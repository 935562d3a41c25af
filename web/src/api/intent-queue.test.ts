import { describe, expect, it } from "vitest";
import { IntentQueue } from "./intent-queue.ts";

function harness() {
  const sent: number[] = [];
  const answers: [string, number][] = [];
  const failures: unknown[] = [];
  const waiting: { resolve(answer: string): void; reject(error: Error): void }[] = [];
  const queue = new IntentQueue<number, string>({
    send: (intent) => {
      sent.push(intent);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    onAnswer: (answer, latest) => answers.push([answer, latest]),
    onFailure: (error) => failures.push(error),
  });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { queue, sent, answers, failures, waiting, settle };
}

describe("a toggle queue", () => {
  it("keeps one request in flight and sends only the newest intent after it", async () => {
    const { queue, sent, answers, waiting, settle } = harness();
    for (const intent of [1, 0, -1, 0, -1]) void queue.push(intent);
    expect(sent).toEqual([1]);
    waiting[0]?.resolve("one");
    await settle();
    expect(sent).toEqual([1, -1]);
    waiting[1]?.resolve("two");
    await settle();
    expect(answers).toEqual([
      ["one", -1],
      ["two", -1],
    ]);
    expect(queue.isBusy).toBe(false);
  });

  it("sends nothing more when the newest intent was just confirmed", async () => {
    const { queue, sent, waiting, settle } = harness();
    for (const intent of [1, 0, 1]) void queue.push(intent);
    waiting[0]?.resolve("one");
    await settle();
    expect(sent).toEqual([1]);
  });

  it("sends a newer intent after an older one failed", async () => {
    const { queue, sent, failures, waiting, settle } = harness();
    void queue.push(1);
    void queue.push(0);
    waiting[0]?.reject(new Error("down"));
    await settle();
    expect(failures).toEqual([]);
    expect(sent).toEqual([1, 0]);
  });

  it("reports a failure once, and can be used again", async () => {
    const { queue, sent, failures, answers, waiting, settle } = harness();
    void queue.push(1);
    waiting[0]?.reject(new Error("down"));
    await settle();
    expect(failures).toHaveLength(1);
    void queue.push(1);
    waiting[1]?.resolve("ok");
    await settle();
    expect(sent).toEqual([1, 1]);
    expect(answers).toEqual([["ok", 1]]);
  });
});
