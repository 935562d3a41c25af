import type { Scenario } from "../scenario.ts";
import { accessRevocation } from "./access-revocation.ts";
import { combined } from "./combined.ts";
import { cuts } from "./connection-cuts.ts";
import { hotRoom } from "./hot-room.ts";
import { kills } from "./kills.ts";
import { outage } from "./outage.ts";
import { storm } from "./reconnect-storm.ts";
import { retries } from "./retries.ts";
import { stale } from "./stale-clients.ts";

/** Scenarios by the promise they test; `r1` also tests R3. */
export const scenarios: Record<string, Scenario> = {
  r1: kills,
  r2: retries,
  r4: cuts,
  r5: stale,
  r6: outage,
  r9: accessRevocation,
  r11: storm,
  r12: hotRoom,
  all: combined,
};
