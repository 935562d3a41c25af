import { beforeAll, describe, expect, test } from "vitest";
import { searchMessages } from "../../reads/conversations.reads.ts";
import { cutPage, decodeCursor, encodeCursor, type TimeKey, timeKey } from "../../reads/cursor.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { foundMessageSchema } from "../../views/conversation.view.ts";

/** Search in the viewer's messages (P-11). */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
let ann: Person;
let ben: Person;
let cleo: Person;
let dan: Person;
let direct: string;
let group: string;

async function search(
  who: Person | null,
  query: string,
  {
    onlyIn = null,
    after = null,
    limit = 20,
  }: { onlyIn?: string | null; after?: TimeKey | null; limit?: number } = {},
) {
  const { results } = await fixture
    .client()
    .asViewer(who?.token ?? null, [searchMessages(query, onlyIn, after, limit)]);
  return results[0];
}
const found = async (who: Person | null, query: string, onlyIn: string | null = null): Promise<string[]> =>
  (await search(who, query, { onlyIn })).map((row) => foundMessageSchema.parse(row.view).snippet);

beforeAll(async () => {
  [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
  direct = await conversations.open(ann, [ben]);
  group = await conversations.open(cleo, [ann, ben, dan], "Market");
  await conversations.storeMessage(direct, ben, "Sourdough starter, fed twice a day");
  await conversations.storeMessage(direct, ann, "Rytoj turguje prie sūrių, aštuntą");
  await conversations.storeMessage(group, cleo, "Who brings the sourdough on Saturday?");
  await conversations.storeMessage(group, dan, "I bring bread. Sourdough bread!");
  const theirs = await conversations.open(ben, [dan]);
  await conversations.storeMessage(theirs, dan, "Secret sourdough");
});

describe("finds", () => {
  test.each([
    [
      "a word, however it is written",
      "SOURDOUGH",
      [
        "I bring bread. [[Sourdough]] bread!",
        "Who brings the [[sourdough]] on Saturday?",
        "[[Sourdough]] starter, fed twice a day",
      ],
    ],
    ["all of several words", "sourdough saturday", ["Who brings the [[sourdough]] on [[Saturday]]?"]],
    ["the last one as far as it is typed", "the sourd", ["Who brings [[the]] [[sourdough]] on Saturday?"]],
    ["an exact phrase", '"sourdough bread"', ["I bring [[bread]]. [[Sourdough]] [[bread]]!"]],
    ["one or the other", "starter or saturday", [expect.any(String), expect.any(String)]],
    ["not another", "sourdough -bread -starter", ["Who brings the [[sourdough]] on Saturday?"]],
    ["Lithuanian", "SŪRIŲ", ["Rytoj turguje prie [[sūrių]], aštuntą"]],
    ["Lithuanian typed without its accents", "suri", ["Rytoj turguje prie [[sūrių]], aštuntą"]],
    [
      "words written without the accents that are typed",
      "šoůrdough śtarter",
      ["[[Sourdough]] [[starter]], fed twice a day"],
    ],
  ])("%s", async (_, query, snippets) => {
    const rows = await found(ann, query);
    expect(rows).toHaveLength(snippets.length);
    expect(rows).toEqual(expect.arrayContaining(snippets));
  });

  test.each([
    "",
    "   ",
    '"',
    "-",
    "-bread",
    "!!",
    "&|!()<->:*",
    "'':*",
    "or",
    "\\",
    "a & ! b",
    "%",
    "x".repeat(3000),
  ])("%j is not an error", async (query) => {
    expect(Array.isArray(await found(ann, query))).toBe(true);
  });

  test("nothing for a query of negated words alone", async () => {
    expect(await found(ann, "-bread")).toEqual([]);
  });
});

describe("finds only what the viewer may see", () => {
  test("a non-member and a signed-out caller find nothing", async () => {
    const [eve] = await fixture.insertPeople("eve");
    expect(await found(eve, "sourdough")).toEqual([]);
    expect(await found(null, "sourdough")).toEqual([]);
  });

  test("a member who left, declined or was removed finds nothing in that conversation", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await conversations.open(eve, [fay], "Short");
    await conversations.storeMessage(id, eve, "Zanzibar");
    expect(await found(fay, "zanzibar")).toHaveLength(1);
    await fixture.queryAs(fay, "select app.answer_request($1, false)", [id]);
    expect(await found(fay, "zanzibar")).toEqual([]);
  });

  test("deleted messages are not found; edited ones by their current text", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await conversations.open(eve, [fay]);
    const first = conversations.buildMessage(1, eve, "Kumquat");
    await conversations.storeBatch(id, { messages: [first] });
    await conversations.storeBatch(id, { messages: [{ ...first, body: "Quince", version: 2 }] });
    expect([await found(eve, "kumquat"), (await found(eve, "quince")).length]).toEqual([[], 1]);
    await conversations.storeBatch(id, { messages: [{ ...first, body: "", isDeleted: true, version: 3 }] });
    expect(await found(eve, "quince")).toEqual([]);
  });

  test("messages of blocked accounts are left out everywhere, those of muted ones in groups", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const two = await conversations.open(eve, [fay]);
    const three = await conversations.open(eve, [fay, gus], "G");
    await conversations.storeMessage(two, fay, "Two marmalade");
    await conversations.storeMessage(three, fay, "Three marmalade");
    await conversations.storeMessage(three, gus, "Gus marmalade");
    await conversations.mute(eve, fay);
    expect(await found(eve, "marmalade")).toEqual(
      expect.arrayContaining(["Two [[marmalade]]", "Gus [[marmalade]]"]),
    );
    expect(await found(eve, "marmalade")).toHaveLength(2);
    await conversations.block(fay, eve);
    expect(await found(eve, "marmalade")).toEqual(["Gus [[marmalade]]"]);
    expect(await found(gus, "marmalade")).toHaveLength(2);
  });
});

test("pages are newest first, ties by id, without repeated rows", async () => {
  const [eve, fay] = await fixture.insertPeople("eve", "fay");
  const id = await conversations.open(eve, [fay]);
  await conversations.storeBatch(id, {
    messages: Array.from({ length: 11 }, (_, at) =>
      conversations.buildMessage(at + 1, at % 2 ? eve : fay, `Plum ${at + 1}`, {
        createdAt: `2026-02-01T00:00:0${Math.floor(at / 4)}.000Z`,
      }),
    ),
  });
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const rows = await search(eve, "plum", {
      after: cursor === null ? null : decodeCursor("s", timeKey, cursor),
      limit: 4,
    });
    const cut: { rows: typeof rows; nextCursor: string | null } = cutPage(rows, 4, (row) =>
      encodeCursor("s", [row.at, row.id]),
    );
    ids.push(...cut.rows.map((row) => row.id));
    cursor = cut.nextCursor;
  } while (cursor !== null);
  const all = await fixture.queryAsService<{ id: string }>(
    "select id from messages where conversation_id = $1 order by created_at desc, id desc",
    [id],
  );
  expect(ids).toEqual(all.map((row) => row.id));
});

test.each([
  ["zemel", "žemėlapis"],
  ["žeme", "žemėlapį"],
  ["stovykl", "Stovyklavietė"],
])("%s: the snippet of a long message is the text around %s, at most two lines", async (query, word) => {
  const [eve, fay] = await fixture.insertPeople("eve", "fay");
  const id = await conversations.open(eve, [fay]);
  await conversations.storeMessage(id, eve, `${"prieš tai ir ".repeat(60)}${word}${" po to dar".repeat(60)}`);
  await conversations.storeMessage(
    id,
    eve,
    `Kelyje per ilgą mišką, upę ir kalnus mums labai pravertų ${word}`,
  );
  const snippets = await found(eve, query);
  expect(snippets).toHaveLength(2);
  for (const snippet of snippets) {
    expect(snippet).toContain(`[[${word}]]`);
    expect(snippet.length).toBeLessThan(110);
  }
});

test("in one conversation finds only its messages, and nothing for a non-member", async () => {
  expect(await found(ann, "sourdough", direct)).toEqual(["[[Sourdough]] starter, fed twice a day"]);
  expect(await found(ann, "sourdough", group)).toHaveLength(2);
  expect(await found(dan, "sourdough", direct)).toEqual([]);
  expect(await found(null, "sourdough", direct)).toEqual([]);
});

test("returns at most one page, whatever limit is requested", async () => {
  expect(
    await sqlStateOf(
      fixture.queryAs(ann, "select from app.search_messages('bread', null, null, null, 1000000)"),
    ),
  ).toBe("accepted");
});
