import { beforeEach, describe, expect, it } from "vitest";
import { createPendingReplies, type PendingReplies, REPLY_TIMEOUT_MS } from "./pending-replies.ts";

let timers: { run: () => void; ms: number }[];
let replies: PendingReplies<string>;
beforeEach(() => {
  timers = [];
  replies = createPendingReplies<string>({
    setTimer: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      timers = timers.filter((one) => one !== timer);
    },
  });
});

describe("a pending reply", () => {
  it("resolves its own promise and leaves no timer", async () => {
    const [a, b] = [replies.expect("a"), replies.expect("b")];
    replies.resolve("b", "B");
    replies.resolve("a", "A");
    replies.resolve("a", "late");
    expect(await Promise.all([a, b])).toEqual(["A", "B"]);
    expect(timers).toEqual([]);
  });

  it.each([
    ["FORBIDDEN", "FORBIDDEN", 403],
    ["UNAVAILABLE", "UNAVAILABLE", 503],
    ["MALFORMED_FRAME", "VALIDATION_FAILED", 400],
    ["FRAME_TOO_LARGE", "BODY_TOO_LARGE", 413],
  ])("%s rejects with the error that the API would answer", async (code, expected, status) => {
    const waiting = replies.expect("a");
    replies.refuse({ ref: "a", code, message: "" });
    await expect(waiting).rejects.toMatchObject({ code: expected, status });
  });

  it("rejects with NETWORK when its socket closes or the reply does not arrive in time", async () => {
    const [a, b] = [replies.expect("a"), replies.expect("b")];
    expect(timers[0]?.ms).toBe(REPLY_TIMEOUT_MS);
    timers[0]?.run();
    await expect(a).rejects.toMatchObject({ code: "NETWORK" });
    replies.rejectAll();
    await expect(b).rejects.toMatchObject({ code: "NETWORK" });
    expect(timers.length).toBe(0);
  });
});
