import { expect, test } from "vitest";
import { SingleFlight } from "./single-flight.ts";

test("callers during a run share it, its failure too; the next caller starts a new run", async () => {
  const flight = new SingleFlight<number>();
  let runs = 0;
  const work = async () => {
    runs += 1;
    await Promise.resolve();
    if (runs === 2) throw new Error("failed");
    return runs;
  };
  expect(await Promise.all([flight.run(work), flight.run(work)])).toEqual([1, 1]);
  const failed = await Promise.allSettled([flight.run(work), flight.run(work)]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await flight.run(work)).toBe(3);
});
