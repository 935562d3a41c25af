import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { pageOf, refused, view } from "../../../bench/testing/response-assertions.ts";
import { personViewSchema, profileViewSchema } from "../../../db/views/person.view.ts";

test("every route of an unknown handle gets 404", async () => {
  const ann = asPerson(await newPerson("Ann"));
  const path = "/api/profiles/nobody_has_this";
  for (const list of ["", "/posts", "/followers", "/following"])
    refused(await ann.get(path + list), 404, "NOT_FOUND");
  for (const relation of ["follow", "block", "mute"]) {
    refused(await ann.put(`${path}/${relation}`), 404, "NOT_FOUND");
    refused(await ann.delete(`${path}/${relation}`), 404, "NOT_FOUND");
  }
});

test.each(["ab", "1abc", "a-b-c", "a".repeat(31), "%00abc", "a%20b", "..%2fme"])(
  "an invalid handle (%s) is refused without a lookup",
  async (handle) => {
    const answer = await nobody().get(`/api/profiles/${handle}`);
    refused(answer, 400, "VALIDATION_FAILED");
  },
);

test("following, blocking or muting oneself is refused", async () => {
  const person = await newPerson("Ann");
  const ann = asPerson(person);
  for (const relation of ["follow", "block", "mute"]) {
    refused(await ann.put(`/api/profiles/${person.handle}/${relation}`), 409, "CONFLICT");
  }
  const { stats } = view(profileViewSchema, await ann.get(`/api/profiles/${person.handle}`));
  expect(stats).toMatchObject({ followers: 0, following: 0 });
});

test("following a person whom the viewer blocks is refused with an error that says so", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ann, "block", ben);
  refused(await asPerson(ann).put(`/api/profiles/${ben.handle}/follow`), 403, "FORBIDDEN");
});

test.each(["0", "-1", "101", "1e6", "1.5", "NaN", "ten", ""])(
  "a page with limit=%s is refused",
  async (limit) => {
    const ann = await newPerson("Ann");
    refused(
      await nobody().get(`/api/profiles/${ann.handle}/followers?limit=${limit}`),
      400,
      "VALIDATION_FAILED",
    );
  },
);

test("a page's limit is accepted at its minimum and maximum", async () => {
  const ann = await newPerson("Ann");
  for (const limit of [1, 100]) {
    view(
      pageOf(personViewSchema),
      await nobody().get(`/api/profiles/${ann.handle}/followers?limit=${limit}`),
    );
  }
});

test.each(["%00", "a".repeat(61)])("a search for people with q=%s is refused", async (q) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.get(`/api/search/people?q=${q}`), 400, "VALIDATION_FAILED");
});

test.each(["", "ab%25", "%5F%25x", "a".repeat(31), "%00"])(
  "the mention picker refuses prefix=%s",
  async (prefix) => {
    const ann = asPerson(await newPerson("Ann"));
    refused(await ann.get(`/api/search/handles?prefix=${prefix}`), 400, "VALIDATION_FAILED");
  },
);
