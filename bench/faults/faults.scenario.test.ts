/** A short fault run on the built Worker. The full runs, promise by promise: `npm run bench:faults`. */
import { expect, test } from "vitest";
import { quickSettings } from "./scenario.ts";
import { combined } from "./scenarios/combined.ts";

test("R1, R3, R4, R6: combined faults lose, duplicate, reorder and hide no message", async () => {
  for (const row of await combined({ ...quickSettings, chatSeconds: 3 }))
    expect(row, row.found).toMatchObject({ isKept: true });
});
