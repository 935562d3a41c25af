import { expect, test } from "vitest";
import { asPerson, newPerson } from "../../../bench/testing/api-clients.ts";
import { refused, view } from "../../../bench/testing/response-assertions.ts";
import { meSchema } from "../../../db/views/person.view.ts";

test.each([
  ["an empty name", { name: "" }],
  ["a blank name", { name: "   " }],
  ["a name one too long", { name: "n".repeat(61) }],
  ["a bio one too long", { bio: "b".repeat(301) }],
  ["NUL in a bio", { bio: "a\u0000b" }],
  ["half a surrogate pair in a name", { name: "a\ud800" }],
  ["an unknown language", { language: "de" }],
  ["a number for a name", { name: 7 }],
  ["null for a bio", { bio: null }],
  ["a list instead of an object", []],
])("%s is refused and changes nothing", async (_what, change) => {
  const ann = asPerson(await newPerson("Ann"));
  const before = view(meSchema, await ann.get("/api/me"));
  refused(await ann.patch("/api/me", change), 400, "VALIDATION_FAILED");
  expect(view(meSchema, await ann.get("/api/me"))).toEqual(before);
});

test("fields of the maximum length are accepted", async () => {
  const ann = asPerson(await newPerson("Ann"));
  const change = { name: "n".repeat(60), bio: "b".repeat(300) };
  expect(view(meSchema, await ann.patch("/api/me", change))).toMatchObject(change);
  // Characters are counted as Postgres counts them, not bytes.
  const wide = { name: "ė".repeat(60), bio: "ž".repeat(300) };
  expect(view(meSchema, await ann.patch("/api/me", wide))).toMatchObject(wide);
});
