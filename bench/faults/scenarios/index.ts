import type { Scenario } from "../scenario.ts";
import { cuts } from "./cuts.ts";
import { doors } from "./doors.ts";
import { hotRoom } from "./hot-room.ts";
import { kills } from "./kills.ts";
import { medley } from "./medley.ts";
import { outage } from "./outage.ts";
import { retries } from "./retries.ts";
import { stale } from "./stale.ts";
import { storm } from "./storm.ts";

/** By the promise that each is about; `r1` also answers R3. */
export const scenarios: Record<string, Scenario> = {
  r1: kills,
  r2: retries,
  r4: cuts,
  r5: stale,
  r6: outage,
  r9: doors,
  r11: storm,
  r12: hotRoom,
  all: medley,
};
