import { beforeEach, describe, expect, it } from "vitest";
import { createReplies, REPLY_TIMEOUT_MS, type Replies } from "./pending-replies.ts";

let timers: { run: () => void; ms: number }[];
let replies: Replies<string>;
beforeEach(() => {
  timers = [];
  replies = createReplies<string>({
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

describe("an answer by name", () => {
  it("reaches the one who waits for it, and leaves nothing behind", async () => {
    const [a, b] = [replies.expect("a"), replies.expect("b")];
    replies.settle("b", "B");
    replies.settle("a", "A");
    replies.settle("a", "late");
    expect(await Promise.all([a, b])).toEqual(["A", "B"]);
    expect(timers).toEqual([]);
  });

  it.each([
    ["FORBIDDEN", "FORBIDDEN", 403],
    ["UNAVAILABLE", "UNAVAILABLE", 503],
    ["MALFORMED_FRAME", "VALIDATION_FAILED", 400],
    ["FRAME_TOO_LARGE", "BODY_TOO_LARGE", 413],
  ])("%s is refused as the API would", async (code, expected, status) => {
    const waiting = replies.expect("a");
    replies.refuse({ ref: "a", code, message: "" });
    await expect(waiting).rejects.toMatchObject({ code: expected, status });
  });

  it("is lost with its socket, or when it does not come in time", async () => {
    const [a, b] = [replies.expect("a"), replies.expect("b")];
    expect(timers[0]?.ms).toBe(REPLY_TIMEOUT_MS);
    timers[0]?.run();
    await expect(a).rejects.toMatchObject({ code: "NETWORK" });
    replies.lose();
    await expect(b).rejects.toMatchObject({ code: "NETWORK" });
    expect(timers.length).toBe(0);
  });
});
