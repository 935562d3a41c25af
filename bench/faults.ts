/**
 * R: injects faults into conversations on the built Worker. Every scenario prints its rows of the table.
 *
 *   npm run bench:faults -- [--only r1,r6] [--quick] [--acks 100000] [--kills 50] [--outage 60] [--sockets 5000]
 *                           [--hot 10000] [--seconds 60]
 *   npm run bench:faults -- --seed drop     (must fail: shows that the checker finds this fault)
 *
 * Before any scenario counts, the checker must find each of the seeded faults.
 */
import { parseArgs } from "node:util";
import { runUntilStopped } from "../db/local/process/lifetime.ts";
import { explainVerdict, isPassed } from "./faults/checker.ts";
import { environmentPart, startEnvironment, stopEnvironments } from "./faults/environment.ts";
import { fullSettings, printRow, quickSettings, type Row } from "./faults/scenario.ts";
import { scenarios } from "./faults/scenarios/index.ts";
import { runSeededFault } from "./faults/seeded-fault-run.ts";
import { expectedFindings, type SeededFault, seededFaults } from "./faults/seeded-faults.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seed: { type: "string" },
    quick: { type: "boolean", default: false },
    acks: { type: "string" },
    kills: { type: "string" },
    outage: { type: "string" },
    sockets: { type: "string" },
    hot: { type: "string" },
    seconds: { type: "string" },
  },
});
const SEEDED_FAULT_CONVERSATIONS = 2;
const basis = values.quick ? quickSettings : fullSettings;
const settings = {
  acks: Number(values.acks ?? basis.acks),
  kills: Number(values.kills ?? basis.kills),
  outageS: Number(values.outage ?? basis.outageS),
  storm: Number(values.sockets ?? basis.storm),
  hot: Number(values.hot ?? basis.hot),
  chatSeconds: Number(values.seconds ?? basis.chatSeconds),
};

/**
 * Runs each seeded fault in conversations of its own, or none. A fault that is not found is a row that
 * falls short.
 */
async function verifyChecker(which: readonly (SeededFault | null)[]): Promise<Row[]> {
  const rows: Row[] = [];
  const environment = await startEnvironment({
    people: which.length * SEEDED_FAULT_CONVERSATIONS * 3,
    conversationSize: 3,
  });
  try {
    for (const [index, seededFault] of which.entries()) {
      const part = environmentPart(
        environment,
        index * SEEDED_FAULT_CONVERSATIONS,
        (index + 1) * SEEDED_FAULT_CONVERSATIONS,
      );
      const verdict = await runSeededFault(part, seededFault);
      const isCaught =
        seededFault === null ? isPassed(verdict) : verdict[expectedFindings[seededFault]].count > 0;
      if (!isCaught || values.seed !== undefined) console.log(explainVerdict(verdict));
      rows.push({
        promise: "R",
        what: seededFault === null ? "no seeded fault" : `seeded: ${seededFault}`,
        goal: seededFault === null ? "passes" : `caught as "${expectedFindings[seededFault]}"`,
        found: isCaught ? "caught" : "not caught: no later pass counts",
        isKept: isCaught,
      });
    }
  } finally {
    await environment.stop();
  }
  return rows;
}

async function main(): Promise<number> {
  if (values.seed !== undefined) {
    const seededFault = seededFaults.find((each) => each === values.seed);
    if (!seededFault) throw new RangeError(`--seed must be one of ${seededFaults.join(", ")}`);
    const [row] = await verifyChecker([seededFault]);
    // Here a checker that works reports a failure.
    return row?.isKept ? 1 : 0;
  }
  const wanted = values.only?.split(",") ?? Object.keys(scenarios);
  const rows = await verifyChecker([null, ...seededFaults]);
  for (const row of rows) printRow(row);
  if (rows.some(({ isKept }) => !isKept)) return 1;
  for (const name of wanted) {
    const run = scenarios[name];
    if (!run)
      throw new RangeError(`--only must be a comma-separated list of ${Object.keys(scenarios).join(", ")}`);
    const found = await run(settings);
    for (const row of found) printRow(row);
    rows.push(...found);
  }
  return rows.every(({ isKept }) => isKept) ? 0 : 1;
}

const { stop } = runUntilStopped(async (onStop) => {
  onStop(stopEnvironments);
  const code = await main();
  await stop(code);
});
