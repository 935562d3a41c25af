import { expect, test } from "vitest";
import { asPerson, newPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { refused, view } from "../../../bench/testing/response-assertions.ts";
import { meSchema, profileViewSchema } from "../../../db/views/person.view.ts";

test("reading and changing the account needs a session", async () => {
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
])("mass assignment: a change of %s is refused as a whole", async (field) => {
  const person = await newPerson("Ann");
  const ann = asPerson(person);
  const before = view(meSchema, await ann.get("/api/me"));
  refused(await ann.patch("/api/me", { name: "New", [field]: "x" }), 400, "VALIDATION_FAILED");
  expect(view(meSchema, await ann.get("/api/me"))).toEqual(before);
});

test("over-exposure: other people see neither e-mail address nor birth date nor settings", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  for (const client of [asPerson(ben), nobody()]) {
    const answer = await client.get(`/api/profiles/${ann.handle}`);
    view(profileViewSchema, answer);
    expect(answer.text).not.toContain(ann.email);
    expect(answer.text).not.toMatch(/1990-05-17|language|suspended|verified/i);
  }
});

test("a change applies to the account of the cookie only", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  view(meSchema, await asPerson(ann).patch("/api/me", { bio: "mine" }));
  expect(await serviceRows("select bio from profiles where user_id = $1", [ben.id])).toEqual([{ bio: "" }]);
});
