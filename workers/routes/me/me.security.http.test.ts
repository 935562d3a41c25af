import { expect, test } from "vitest";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { refused, view } from "../../../bench/testing/response-assertions.ts";
import { meSchema, profileViewSchema } from "../../../db/views/person.view.ts";

test("nobody has no account to read or change", async () => {
  refused(await nobody().get("/api/me"), 401, "UNAUTHENTICATED");
  refused(await nobody().patch("/api/me", { name: "X" }), 401, "UNAUTHENTICATED");
});

test.each([
  "id",
  "handle",
  "email",
  "role",
  "suspendedAt",
  "emailVerified",
  "createdAt",
  "joinedAt",
  "stats",
])("mass assignment: %s cannot be changed, and nothing else of that request is", async (field) => {
  const person = await newPerson("Ann");
  const ann = asPerson(person);
  const before = view(meSchema, await ann.get("/api/me"));
  refused(await ann.patch("/api/me", { name: "New", [field]: "x" }), 400, "VALIDATION_FAILED");
  expect(view(meSchema, await ann.get("/api/me"))).toEqual(before);
});

test("over-exposure: what others see of a person has neither e-mail nor birth date nor settings", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  for (const client of [asPerson(ben), nobody()]) {
    const answer = await client.get(`/api/profiles/${ann.handle}`);
    view(profileViewSchema, answer);
    expect(answer.text).not.toContain(ann.email);
    expect(answer.text).not.toMatch(/1990-05-17|language|suspended|verified/i);
  }
});

test("a change goes to the account of the cookie and to no other", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  view(meSchema, await asPerson(ann).patch("/api/me", { bio: "mine" }));
  expect(await serviceRows("select bio from profiles where user_id = $1", [ben.id])).toEqual([{ bio: "" }]);
});
