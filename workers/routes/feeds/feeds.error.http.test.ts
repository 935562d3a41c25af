import { expect, test } from "vitest";
import { askQuestion, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";
import { encodeCursor } from "../../../db/reads/cursor.ts";

const NIL = "00000000-0000-4000-8000-000000000000";

test("the following feed needs a session", async () => {
  refused(await nobody().get("/api/feeds/following"), 401, "UNAUTHENTICATED");
});

test("an unknown feed is not found", async () => {
  refused(await asPerson(await newPerson("Ann")).get("/api/feeds/for-you"), 404, "NOT_FOUND");
});

test("every list refuses a cursor of another list", async () => {
  const ann = await newPerson("Ann");
  const client = asPerson(ann);
  for (let i = 0; i < 2; i += 1) await writePost(ann);
  const question = await askQuestion(ann);
  for (let i = 0; i < 2; i += 1) await writeComment(ann, question.id);
  const lists = [
    "/api/feeds/latest",
    "/api/feeds/following",
    `/api/profiles/${ann.handle}/posts`,
    `/api/posts/${question.id}/comments`,
  ];
  const others = [
    "/api/notifications",
    `/api/posts/${question.id}/answers`,
    `/api/profiles/${ann.handle}/followers`,
  ];
  for (const source of lists) {
    const cursor: unknown = Object((await client.get(`${source}?limit=1`)).body).nextCursor;
    expect(cursor, source).toEqual(expect.any(String));
    for (const list of [...lists, ...others].filter((each) => each !== source)) {
      refused(await client.get(`${list}?cursor=${cursor}`), 400, "BAD_CURSOR");
    }
  }
});

const latest = (...key: unknown[]) => encodeCursor("posts:latest", key);
test.each([
  ["invalid base64", "%%%"],
  ["no JSON", btoa("hello")],
  ["no list", btoa("{}")],
  ["no key", latest()],
  ["a day that does not exist", latest("2026-02-31 00:00:00.000000+00", NIL)],
  ["a month that does not exist", latest("2026-13-01 00:00:00.000000+00", NIL)],
  ["the year 0", latest("0000-01-01 00:00:00.000000+00", NIL)],
  ["an hour that does not exist", latest("2026-01-01 99:99:99.000000+00", NIL)],
  ["colons for digits", latest("2026-01-01 ::::::::", NIL)],
  ["SQL", latest("2026-01-01' or '1'='1", NIL)],
  ["an invalid id", latest("2026-01-01 00:00:00.000000+00", "x")],
])("a forged cursor with %s is refused, as `since` too", async (_what, cursor) => {
  const ann = asPerson(await newPerson("Ann"));
  const value = encodeURIComponent(cursor);
  refused(await ann.get(`/api/feeds/latest?cursor=${value}`), 400, "BAD_CURSOR");
  refused(await ann.get(`/api/feeds/latest?since=${value}`), 400, "BAD_CURSOR");
});

test.each([2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 0.5])("a forged score of %d is refused", async (score) => {
  const ann = await newPerson("Ann");
  const question = await askQuestion(ann);
  const cursor = encodeCursor("posts:answers", [score, NIL]);
  refused(await asPerson(ann).get(`/api/posts/${question.id}/answers?cursor=${cursor}`), 400, "BAD_CURSOR");
});

test("a cursor longer than any of Plaza's is refused without being decoded", async () => {
  refused(await nobody().get(`/api/feeds/latest?cursor=${"a".repeat(601)}`), 400, "VALIDATION_FAILED");
});
