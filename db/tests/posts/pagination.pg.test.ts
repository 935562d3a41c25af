import { beforeAll, describe, expect, test } from "vitest";
import type { Statement } from "../../client/client.ts";
import { selectComments } from "../../reads/comments.reads.ts";
import {
  cutPage,
  decodeCursor,
  encodeCursor,
  type PathKey,
  pathKey,
  type ScoreKey,
  scoreKey,
  type TimeKey,
  timeKey,
} from "../../reads/cursor.ts";
import { selectNotifications } from "../../reads/notifications.reads.ts";
import { selectAnswers, selectPosts } from "../../reads/posts.reads.ts";
import { selectFollowEdges } from "../../reads/profiles.reads.ts";
import { createActions } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

/** Reading a list by cursor skips and repeats no row while new rows are inserted (000-62, 000-63). */
const fixture = createDatabaseFixture();
const actions = createActions(fixture);
const MANY = 23;
const LIMIT = 4;

let ann: Person;
let crowd: Person[];
beforeAll(async () => {
  [ann, ...crowd] = (await fixture.insertPeople("ann", ...Array.from({ length: MANY }, () => "fan"))) as [
    Person,
    ...Person[],
  ];
});

/** Reads a list to its end by cursor, and inserts a new row after every page. */
async function walk<Row extends { view: { id: string } }, Key extends readonly unknown[]>(
  read: (after: Key | null) => Statement<Row>,
  keyOf: (row: Row) => readonly unknown[],
  decode: (cursor: string) => Key,
  meanwhile: (page: number) => Promise<unknown>,
): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const { results } = await fixture
      .client()
      .asViewer(ann.token, [read(cursor === null ? null : decode(cursor))]);
    const page: { rows: Row[]; nextCursor: string | null } = cutPage(results[0] as Row[], LIMIT, (row) =>
      encodeCursor("list", keyOf(row)),
    );
    ids.push(...page.rows.map((row) => row.view.id));
    cursor = page.nextCursor;
    pages += 1;
    if (pages > 100) throw new Error("The list does not end.");
    await meanwhile(pages);
  } while (cursor !== null);
  return { ids, pages };
}
const byTime = <Row extends { view: { id: string }; at: string }>(
  read: (after: TimeKey | null) => Statement<Row>,
  meanwhile: (page: number) => Promise<unknown>,
  idOf = (row: Row) => row.view.id,
) =>
  walk(
    read,
    (row) => [row.at, idOf(row)],
    (cursor) => decodeCursor("list", timeKey, cursor),
    meanwhile,
  );

/** Equal timestamps, and timestamps one microsecond apart, which milliseconds cannot distinguish. */
const moments = [
  ["at one and the same moment", "timestamptz '2026-01-01 00:00:00.123456+00'"],
  [
    "a microsecond apart",
    "timestamptz '2026-01-01 00:00:00.123456+00' + (row_number() over (order by random())) * interval '1 microsecond'",
  ],
] as const;
const setMoments = (table: string, where: string, moment: string, id: string) =>
  fixture.queryAsService(
    `update ${table} t set created_at = m.at from (select id, ${moment} as at from ${table} where ${where}) m where t.id = m.id`,
    [id],
  );

describe.each(moments)("rows created %s", (_, moment) => {
  test("posts of a profile and of the feeds", async () => {
    const [writer] = await fixture.insertPeople("writer");
    await actions.follow(ann, writer);
    const made = await Promise.all(Array.from({ length: MANY }, () => actions.post(writer)));
    await setMoments("posts", "author_id = $1", moment, writer.id);
    const mine = new Set(made.map((each) => each.id));
    for (const scope of [{ profile: writer.handle }, { feed: "latest" }, { feed: "following" }] as const) {
      const walked = await byTime(
        (after) => selectPosts(scope, after, LIMIT),
        () => actions.post(writer),
      );
      const ids = walked.ids.filter((id) => mine.has(id));
      expect(ids).toHaveLength(MANY);
      expect(new Set(walked.ids).size).toBe(walked.ids.length);
      // In the stored order, ties by id.
      const stored = await fixture.queryAsService<{ id: string }>(
        "select id from posts where id = any ($1) order by created_at desc, id desc",
        [ids],
      );
      expect(ids).toEqual(stored.map((row) => row.id));
    }
  });

  test("notifications", async () => {
    const post = await actions.post(ann);
    await Promise.all(crowd.map((fan) => actions.vote(fan, "post", post.id, 1)));
    // created_at of a notification cannot be updated, so these are inserted with it.
    await fixture.queryAsService(
      `with gone as (delete from notifications where user_id = $1 returning *)
       insert into notifications (user_id, type, message, entity_id, entity_type, actor_id, link, created_at)
       select user_id, type, message, entity_id, entity_type, actor_id, link, ${moment} from gone`,
      [ann.id],
    );
    const made = await fixture.queryAsService<{ id: string }>(
      "select id from notifications where user_id = $1 order by created_at desc, id desc",
      [ann.id],
    );
    const walked = await byTime(
      (after) => selectNotifications(after, LIMIT),
      async () => actions.post(crowd[0] as Person, { mentioned: [ann] }),
    );
    expect(walked.ids).toEqual(made.map((row) => row.id));
    expect(walked.pages).toBe(Math.ceil(made.length / LIMIT));
  });

  test("followers", async () => {
    const [star] = await fixture.insertPeople("star");
    await Promise.all(crowd.map((fan) => actions.follow(fan, star)));
    await setMoments("user_follows", "following_id = $1", moment, star.id);
    const walked = await byTime(
      (after) => selectFollowEdges("followers", star.handle, after, LIMIT),
      async () => actions.follow((await fixture.insertPeople("late"))[0], star),
      (row) => row.id,
    );
    expect(walked.ids.toSorted()).toEqual(crowd.map((fan) => fan.id).toSorted());
  });
});

test("answers of equal score", async () => {
  const question = await actions.question(ann);
  const made = await Promise.all(crowd.map((fan) => actions.answer(fan, question.id)));
  await actions.vote(ann, "post", made[9]?.id ?? "", 1);
  await actions.vote(ann, "post", made[3]?.id ?? "", -1);
  const walked = await walk(
    (after: ScoreKey | null) => selectAnswers(question.id, after, LIMIT),
    (row) => [row.score, row.view.id],
    (cursor) => decodeCursor("list", scoreKey, cursor),
    async (page) => (page < 3 ? actions.answer(crowd[page] as Person, question.id) : undefined),
  );
  expect(walked.ids[0]).toBe(made[9]?.id);
  expect(walked.ids.at(-1)).toBe(made[3]?.id);
  expect(new Set(walked.ids).size).toBe(walked.ids.length);
  expect(walked.ids).toEqual(expect.arrayContaining(made.map((each) => each.id)));
});

test("a thread, depth first, with replies added before and after the cursor", async () => {
  const post = await actions.post(ann);
  const made: string[] = [];
  for (const [at, fan] of crowd.entries()) {
    const parentId = at % 3 === 0 ? undefined : made.at(-1);
    made.push((await actions.comment(fan, post.id, parentId ? { parentId } : {})).id);
  }
  const walked = await walk(
    (after: PathKey | null) => selectComments(post.id, after, LIMIT),
    (row) => [row.path],
    (cursor) => decodeCursor("list", pathKey, cursor),
    async (page) => {
      if (page < 4) await actions.comment(ann, post.id, { parentId: made[0] ?? "" });
      if (page < 4) await actions.comment(ann, post.id, { parentId: made.at(-1) ?? "" });
    },
  );
  expect(new Set(walked.ids).size).toBe(walked.ids.length);
  expect(walked.ids.filter((id) => made.includes(id))).toEqual(made);
});
