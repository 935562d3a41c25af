import { expect, test } from "vitest";
import { z } from "zod";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { view } from "../../../bench/testing/response-assertions.ts";
import { meSchema } from "../../../db/views/person.view.ts";

test("the viewer reads their own account, with its e-mail address", async () => {
  const ann = await newPerson("Ann");
  const me = view(meSchema, await asPerson(ann).get("/api/me"));
  expect(me).toMatchObject({
    id: ann.id,
    handle: ann.handle,
    name: "Ann",
    email: ann.email,
    bio: "",
    language: "en",
    capabilities: [],
  });
});

test("a change of one field keeps the others, and the response equals a fresh read", async () => {
  const ann = asPerson(await newPerson("Ann"));
  view(meSchema, await ann.patch("/api/me", { bio: "Likes rain." }));
  const changed = view(meSchema, await ann.patch("/api/me", { name: "  Ann B. ", language: "lt" }));
  expect(changed).toMatchObject({ name: "Ann B.", bio: "Likes rain.", language: "lt" });
  expect(view(meSchema, await ann.get("/api/me"))).toEqual(changed);
});

test("/api/session returns the signed-in account, or null", async () => {
  const session = z.object({ me: meSchema.nullable() });
  const ann = await newPerson("Ann");
  expect(view(session, await asPerson(ann).get("/api/session")).me?.id).toBe(ann.id);
  expect(view(session, await nobody().get("/api/session"))).toEqual({ me: null });
});
