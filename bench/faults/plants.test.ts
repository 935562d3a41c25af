import { afterAll, expect, test } from "vitest";
import { explainVerdict, isRight } from "./checker.ts";
import { type ModelGround, startModelGround } from "./model-room.ts";
import { runPlanted } from "./plant-run.ts";
import { expectedFindings, plants } from "./plants.ts";

const grounds: ModelGround[] = [];
const newGround = async () => {
  const ground = await startModelGround({ talks: 2, talkSize: 3 });
  grounds.push(ground);
  return ground;
};
afterAll(() => Promise.all(grounds.map((ground) => ground.stop())));

test("the whole rig passes a right room", { timeout: 20_000 }, async () => {
  const verdict = await runPlanted(await newGround(), null);
  expect(isRight(verdict), explainVerdict(verdict)).toBe(true);
});

test.concurrent.each(plants)("the whole rig fails on a planted %s", { timeout: 20_000 }, async (plant) => {
  const verdict = await runPlanted(await newGround(), plant);
  expect(verdict[expectedFindings[plant]].count, explainVerdict(verdict)).toBeGreaterThan(0);
});
