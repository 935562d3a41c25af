/**
 * R: what happens to conversations when things break, on the built Worker. Every scenario prints its rows of the table.
 *
 *   npm run bench:faults -- [--only r1,r6] [--quick] [--acks 100000] [--kills 50] [--outage 60] [--sockets 5000]
 *                           [--hot 10000] [--seconds 60]
 *   npm run bench:faults -- --plant drop     (must fail: shows that the rig sees this fault)
 *
 * First the five faults are planted, one after another, and each must be caught; else no pass counts.
 */
import { parseArgs } from "node:util";
import { runUntilStopped } from "../db/local/process/lifetime.ts";
import { explainVerdict, isRight } from "./faults/checker.ts";
import { partOf, startGround, stopGrounds } from "./faults/ground.ts";
import { runPlanted } from "./faults/plant-run.ts";
import { expectedFindings, type Plant, plants } from "./faults/plants.ts";
import { printRow, quickSettings, type Row, wholeSettings } from "./faults/scenario.ts";
import { scenarios } from "./faults/scenarios/index.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    plant: { type: "string" },
    quick: { type: "boolean", default: false },
    acks: { type: "string" },
    kills: { type: "string" },
    outage: { type: "string" },
    sockets: { type: "string" },
    hot: { type: "string" },
    seconds: { type: "string" },
  },
});
const PLANT_TALKS = 2;
const basis = values.quick ? quickSettings : wholeSettings;
const settings = {
  acks: Number(values.acks ?? basis.acks),
  kills: Number(values.kills ?? basis.kills),
  outageS: Number(values.outage ?? basis.outageS),
  storm: Number(values.sockets ?? basis.storm),
  hot: Number(values.hot ?? basis.hot),
  talkS: Number(values.seconds ?? basis.talkS),
};

/** Each planted fault in conversations of its own, or none; a fault that goes unseen is a row that falls short. */
async function provePlants(which: readonly (Plant | null)[]): Promise<Row[]> {
  const rows: Row[] = [];
  const ground = await startGround({ people: which.length * PLANT_TALKS * 3, talkSize: 3 });
  try {
    for (const [index, plant] of which.entries()) {
      const part = partOf(ground, index * PLANT_TALKS, (index + 1) * PLANT_TALKS);
      const verdict = await runPlanted(part, plant);
      const isCaught = plant === null ? isRight(verdict) : verdict[expectedFindings[plant]].count > 0;
      if (!isCaught || values.plant !== undefined) console.log(explainVerdict(verdict));
      rows.push({
        promise: "R",
        what: plant === null ? "nothing planted" : `planted: ${plant}`,
        goal: plant === null ? "passes" : `caught as "${expectedFindings[plant]}"`,
        found: isCaught ? "so it was" : "not so: no pass counts",
        isKept: isCaught,
      });
    }
  } finally {
    await ground.stop();
  }
  return rows;
}

async function main(): Promise<number> {
  if (values.plant !== undefined) {
    const plant = plants.find((each) => each === values.plant);
    if (!plant) throw new RangeError(`--plant is one of ${plants.join(", ")}`);
    const [row] = await provePlants([plant]);
    // A rig that works reports a failure here.
    return row?.isKept ? 1 : 0;
  }
  const wanted = values.only?.split(",") ?? Object.keys(scenarios);
  const rows = await provePlants([null, ...plants]);
  for (const row of rows) printRow(row);
  if (rows.some(({ isKept }) => !isKept)) return 1;
  for (const name of wanted) {
    const run = scenarios[name];
    if (!run) throw new RangeError(`--only is some of ${Object.keys(scenarios).join(", ")}`);
    const found = await run(settings);
    for (const row of found) printRow(row);
    rows.push(...found);
  }
  return rows.every(({ isKept }) => isKept) ? 0 : 1;
}

const { stop } = runUntilStopped(async (onStop) => {
  onStop(stopGrounds);
  const code = await main();
  await stop(code);
});
