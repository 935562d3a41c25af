/** A short run of the fault rig, so that it stays alive: plugs are pulled, the checker passes. The real runs: bench:faults. */
import { expect, test } from "vitest";
import { quickSettings, type Settings } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const settings: Settings = { ...quickSettings, acks: 600, kills: 2, outageS: 3, talkS: 3 };

test.each([
  ["R1, R3: no acknowledged message is lost when the Worker is killed", "r1"],
  ["R2: a retry never makes a second message", "r2"],
  ["R4: who was cut off misses nothing without being told", "r4"],
  ["R6: conversations go on without Postgres, and nothing is lost", "r6"],
])("%s", async (_, name) => {
  const rows = (await scenarios[name]?.(settings)) ?? [];
  expect(rows.length).toBeGreaterThan(0);
  // Times are the bench's business: here counts as judged whole by the checker.
  for (const row of rows.filter(({ goal }) => goal === "all 0"))
    expect(row, row.found).toMatchObject({ isKept: true });
});
