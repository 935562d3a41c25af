import { expect, test } from "vitest";
import { ConcurrencyLimiter } from "./in-flight.ts";

test("no more than the limit is under way at a time, and a finished one makes room", () => {
  const batches = new ConcurrencyLimiter(2, 1_000);
  const leave = batches.enter(0);
  expect(batches.enter(0)).not.toBeNull();
  expect(batches.enter(1)).toBeNull();
  leave?.();
  expect(batches.enter(2)).not.toBeNull();
});

test("work that was stopped without a word is forgotten after its time", () => {
  const batches = new ConcurrencyLimiter(1, 1_000);
  batches.enter(0);
  expect(batches.enter(1_000)).toBeNull();
  expect(batches.enter(1_001)).not.toBeNull();
});
