import { expect, test } from "vitest";
import { DeliveredRows } from "./delivered-rows.ts";

test("returns each id once, oldest first, and again after it was added again", () => {
  const rows = new DeliveredRows();
  rows.add(Array.from({ length: 250 }, (_, n) => String(n)));
  const first = rows.take();
  expect([first.length, first[0]]).toEqual([200, "0"]);
  rows.add(first);
  expect(rows.take()).toHaveLength(200);
  expect(rows.take()).toHaveLength(50);
  expect(rows.take()).toEqual([]);
});

test("keeps at most 5,000 ids and drops the oldest", () => {
  const rows = new DeliveredRows();
  rows.add(Array.from({ length: 6_000 }, (_, n) => String(n)));
  expect(rows.take()[0]).toBe("1000");
});
