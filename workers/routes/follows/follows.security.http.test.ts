import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson } from "../../../bench/testing/api-clients.ts";

test("the status is the viewer's own and does not reveal whom others follow", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  await setRelation(ann, "follow", cem);
  const answer = await asPerson(ben).post("/api/follows/status", { ids: [cem.id, ann.id] });
  expect(answer.body).toEqual({ [cem.id]: false, [ann.id]: false });
});

test("after a block the status is the same as for an unknown id", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ben, "follow", ann);
  await setRelation(ann, "block", ben);
  const unknown = crypto.randomUUID();
  const answer = await asPerson(ben).post("/api/follows/status", { ids: [ann.id, unknown] });
  expect(answer.body).toEqual({ [ann.id]: false, [unknown]: false });
});
