import { afterAll, expect, test } from "vitest";
import { explainVerdict, isPassed } from "./checker.ts";
import { type ModelEnvironment, startModelEnvironment } from "./model-room.ts";
import { runSeededFault } from "./seeded-fault-run.ts";
import { expectedFindings, seededFaults } from "./seeded-faults.ts";

const grounds: ModelEnvironment[] = [];
const newEnvironment = async () => {
  const environment = await startModelEnvironment({ conversations: 2, conversationSize: 3 });
  grounds.push(environment);
  return environment;
};
afterAll(() => Promise.all(grounds.map((environment) => environment.stop())));

test("the checker passes a correct room", { timeout: 20_000 }, async () => {
  const verdict = await runSeededFault(await newEnvironment(), null);
  expect(isPassed(verdict), explainVerdict(verdict)).toBe(true);
});

test.concurrent.each(seededFaults)(
  "the checker fails on the seeded fault %s",
  { timeout: 20_000 },
  async (seededFault) => {
    const verdict = await runSeededFault(await newEnvironment(), seededFault);
    expect(verdict[expectedFindings[seededFault]].count, explainVerdict(verdict)).toBeGreaterThan(0);
  },
);
