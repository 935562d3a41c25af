import { expect, test } from "vitest";
import { ConcurrencyLimiter } from "./concurrency-limiter.ts";

test("refuses an operation above the limit, and accepts one again after another has ended", () => {
  const batches = new ConcurrencyLimiter(2, 1_000);
  const leave = batches.enter(0);
  expect(batches.enter(0)).not.toBeNull();
  expect(batches.enter(1)).toBeNull();
  leave?.();
  expect(batches.enter(2)).not.toBeNull();
});

test("drops an operation that never ended from the count after its timeout", () => {
  const batches = new ConcurrencyLimiter(1, 1_000);
  batches.enter(0);
  expect(batches.enter(1_000)).toBeNull();
  expect(batches.enter(1_001)).not.toBeNull();
});
