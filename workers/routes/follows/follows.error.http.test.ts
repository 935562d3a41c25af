import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { asPerson, newPerson } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

test("200 ids are answered, 201 are refused", async () => {
  const ann = asPerson(await newPerson("Ann"));
  const answer = await ann.post("/api/follows/status", { ids: ids(200) });
  expect(Object.keys(Object(answer.body))).toHaveLength(200);
  refused(await ann.post("/api/follows/status", { ids: ids(201) }), 400, "VALIDATION_FAILED");
});

test.each([
  ["no ids", {}],
  ["an invalid id", { ids: ["1' or '1'='1"] }],
  ["array literals", { ids: ["{}"] }],
  ["a string", { ids: randomUUID() }],
  ["an unknown field", { ids: [], viewer: randomUUID() }],
])("%s is refused", async (_what, body) => {
  refused(await asPerson(await newPerson("Ann")).post("/api/follows/status", body), 400, "VALIDATION_FAILED");
});
