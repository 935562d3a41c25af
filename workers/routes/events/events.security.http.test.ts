import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson } from "../../../bench/testing/api-clients.ts";
import { delivered } from "../../../bench/testing/response-assertions.ts";

test("each account polls its own log, whatever position it sends", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const start = Object((await asPerson(ann).get("/api/events/poll")).body);
  await setRelation(cem, "follow", ann);
  await delivered();
  const stolen = await asPerson(ben).get(`/api/events/poll?after=${start.epoch}:${start.seq}`);
  expect(stolen.body).toMatchObject({ resync: true });
  expect(Object(stolen.body).epoch).not.toBe(start.epoch);
  expect(stolen.text).not.toContain(cem.id);
});

test("rows for rooms only are not among the events: a blocked person receives nothing of the block", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const start = Object((await asPerson(ben).get("/api/events/poll")).body);
  await setRelation(ann, "block", ben);
  await delivered();
  const { text, body } = await asPerson(ben).get(`/api/events/poll?after=${start.epoch}:${start.seq}`);
  expect(Object(body).events).toEqual([]);
  expect(text).not.toMatch(/relation|session|block/);
});
