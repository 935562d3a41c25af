/** A short run of the fault rig on the built Worker. The real runs, promise by promise: bench:faults. */
import { expect, test } from "vitest";
import { quickSettings } from "./scenario.ts";
import { combined } from "./scenarios/combined.ts";

test("R1, R3, R4, R6: plugs pulled everywhere at once lose, double, reorder and hide nothing", async () => {
  for (const row of await combined({ ...quickSettings, chatSeconds: 3 }))
    expect(row, row.found).toMatchObject({ isKept: true });
});
