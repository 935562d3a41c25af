import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { roundTrips, view } from "../../../bench/testing/response-assertions.ts";

const statuses = z.record(z.uuid(), z.boolean());

test("follow status in bulk: every requested id is answered, in one round trip (P1)", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  await setRelation(ann, "follow", ben);
  const unknown = crypto.randomUUID();
  const answer = await asPerson(ann).post("/api/follows/status", { ids: [ben.id, cem.id, ann.id, unknown] });
  expect(view(statuses, answer)).toEqual({
    [ben.id]: true,
    [cem.id]: false,
    [ann.id]: false,
    [unknown]: false,
  });
  expect(roundTrips(answer)).toBe(1);
});

test("signed out the status is empty", async () => {
  const ann = await newPerson("Ann");
  expect(view(statuses, await nobody().post("/api/follows/status", { ids: [ann.id] }))).toEqual({});
});

test("no ids give an empty object", async () => {
  const ann = asPerson(await newPerson("Ann"));
  expect(view(statuses, await ann.post("/api/follows/status", { ids: [] }))).toEqual({});
});
