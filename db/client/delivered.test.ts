import { expect, test } from "vitest";
import { DeliveredRows } from "./delivered.ts";

test("what was delivered is taken once, oldest first, and what is handed back is taken again", () => {
  const rows = new DeliveredRows();
  rows.add(Array.from({ length: 250 }, (_, n) => String(n)));
  const first = rows.take();
  expect([first.length, first[0]]).toEqual([200, "0"]);
  rows.add(first);
  expect(rows.take()).toHaveLength(200);
  expect(rows.take()).toHaveLength(50);
  expect(rows.take()).toEqual([]);
});

test("it never grows without end: the drainer finds the rest", () => {
  const rows = new DeliveredRows();
  rows.add(Array.from({ length: 6_000 }, (_, n) => String(n)));
  expect(rows.take()[0]).toBe("1000");
});
