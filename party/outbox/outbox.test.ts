// The parts of the outbox that need no room: rows grouped by room, and batches of one drain.
import { expect, test } from "vitest";
import { groupByRoom } from "./deliver.ts";
import { DRAIN_BATCH_ROWS, DRAIN_MAX_BATCHES, drain } from "./drain.ts";
import type { OutboxRow } from "./rows.ts";

const at = "2026-11-20T10:00:00.000Z";
const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

const row = (n: number, topic: string): OutboxRow => ({
  id: id(n),
  topic,
  type: "x.y",
  data: {},
  createdAt: at,
});

test("groupByRoom keeps the order of each topic and separates rows without a room", () => {
  const rows = [row(1, `user:${id(1)}`), row(2, `post:${id(2)}`), row(3, `user:${id(1)}`)];
  const strange = ["user:", "user:me", `admin:${id(1)}`, `user:${id(1)}:x`, `post:${id(2)}\n`, "__proto__:x"];
  const { groups, unroutable } = groupByRoom([...rows, ...strange.map((topic, at) => row(10 + at, topic))]);
  expect(
    groups.map(({ address: { room, name }, rows }) => [room, name, rows.map((each) => each.id)]),
  ).toEqual([
    ["UserRoom", id(1), [id(1), id(3)]],
    ["PostRoom", id(2), [id(2)]],
  ]);
  expect(unroutable).toHaveLength(strange.length);
});

test("drain claims batches until one is not full, at most DRAIN_MAX_BATCHES", async () => {
  let left = DRAIN_BATCH_ROWS * 2 + 1;
  const store = {
    claim: async (limit: number) => {
      const rows = Array.from({ length: Math.min(limit, left) }, (_, n) => row(n, `user:${id(1)}`));
      left -= rows.length;
      return rows;
    },
    delete: async () => {},
    fail: async () => {},
    countWaiting: async () => left,
  };
  const all = async (rows: OutboxRow[]) => ({ delivered: rows.map((each) => each.id), failed: [] });
  expect(await drain(store, all)).toEqual({ delivered: DRAIN_BATCH_ROWS * 2 + 1, failed: 0, waiting: 0 });
  left = Number.MAX_SAFE_INTEGER;
  expect((await drain(store, all)).delivered).toBe(DRAIN_BATCH_ROWS * DRAIN_MAX_BATCHES);
});
