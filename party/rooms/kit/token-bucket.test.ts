import { expect, test } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

test("a caller that is too fast gets its rate, and takes nothing from others", () => {
  let now = 0;
  const bucket = new TokenBucket(20, 20, () => now);
  let taken = 0;
  for (; now < 60_000; now += 1_000 / 30) if (bucket.tryTake("me", 1)) taken += 1;
  expect(taken).toBeGreaterThanOrEqual(20 * 60 - 1);
  expect(taken).toBeLessThanOrEqual(20 * 61);
  expect(bucket.tryTake("other", 20)).toBe(true);
});
