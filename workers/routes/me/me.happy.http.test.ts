import { expect, test } from "vitest";
import { z } from "zod";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { view } from "../../../bench/testing/response-assertions.ts";
import { meSchema } from "../../../db/views/person.view.ts";

test("a person reads their own account, the e-mail included", async () => {
  const ann = await newPerson("Ann");
  const me = view(meSchema, await asPerson(ann).get("/api/me"));
  expect(me).toMatchObject({
    id: ann.id,
    handle: ann.handle,
    name: "Ann",
    email: ann.email,
    bio: "",
    language: "en",
  });
});

test("a change of one field leaves the others as they are, and the answer is what a fresh read says", async () => {
  const ann = asPerson(await newPerson("Ann"));
  view(meSchema, await ann.patch("/api/me", { bio: "Likes rain." }));
  const changed = view(meSchema, await ann.patch("/api/me", { name: "  Ann B. ", language: "lt" }));
  expect(changed).toMatchObject({ name: "Ann B.", bio: "Likes rain.", language: "lt" });
  expect(view(meSchema, await ann.get("/api/me"))).toEqual(changed);
});

test("the question every page opens with: who is signed in, or nobody", async () => {
  const session = z.object({ me: meSchema.nullable() });
  const ann = await newPerson("Ann");
  expect(view(session, await asPerson(ann).get("/api/session")).me?.id).toBe(ann.id);
  expect(view(session, await nobody().get("/api/session"))).toEqual({ me: null });
});
