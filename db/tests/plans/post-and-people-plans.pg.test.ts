import { randomUUID } from "node:crypto";
import { PgDialect } from "drizzle-orm/pg-core";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Statement } from "../../client/client.ts";
import { selectComments } from "../../reads/comments.reads.ts";
import { type PathKey, pathKey } from "../../reads/cursor.ts";
import { selectHandleSuggestions } from "../../reads/profiles.reads.ts";
import { createActions } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

/** Long lists use their index also as plaza_app, for which row security rules out many plans. */
const fixture = createDatabaseFixture();
const actions = createActions(fixture);
const COMMENTS = 20_000;
const PEOPLE = 5_000;
const LIMIT = 20;
/** Limit of buffer pages for a page of twenty rows: the path through the index, and per row its joins. */
const BUFFERS_MOST = 400;

let ann: Person;
let postId: string;
beforeAll(async () => {
  [ann] = await fixture.insertPeople("ann");
  postId = (await actions.post(ann)).id;
  const superuser = await fixture.openSuperuserTransaction();
  // Without triggers, for speed: these tests only read.
  await superuser.query("set local session_replication_role = replica");
  await superuser.query(
    `with made as (
       insert into comments (id, post_id, author_id, body, path, depth)
       select id, $1, $2, 'words', uuid_send(id), 0 from (select uuidv7() as id from generate_series(1, $3::int)) ids
       returning id)
     insert into comment_stats (comment_id) select id from made`,
    [postId, ann.id, COMMENTS],
  );
  await superuser.query(
    `with made as (
       insert into users (name, handle, email, birth_date)
       select 'x', handle, handle || '@plaza.example', '1990-05-17'
       from (select 'many' || to_char(n, 'FM00000') as handle from generate_series(1, $1::int) n) handles
       returning id, handle)
     insert into profiles (user_id, handle, name) select id, handle, 'x' from made`,
    [PEOPLE],
  );
  await superuser.query("commit");
  await superuser.query("analyze comments, comment_stats, profiles");
});

const plan = z.object({
  "Node Type": z.string(),
  "Relation Name": z.string().optional(),
  Alias: z.string().optional(),
  "Index Cond": z.string().optional(),
  "Rows Removed by Filter": z.number().default(0),
  "Shared Hit Blocks": z.number(),
  "Shared Read Blocks": z.number(),
  get Plans() {
    return z.array(plan).default([]);
  },
});
type Plan = z.infer<typeof plan>;
const explained = z.tuple([z.object({ "QUERY PLAN": z.tuple([z.object({ Plan: plan })]) })]);

/** The plan of a statement with Ann as viewer. */
async function planOf(read: Statement<unknown>) {
  const { sql, params } = new PgDialect().sqlToQuery(read.sql);
  const rows = await fixture.queryAs(ann, `explain (analyze, buffers, format json) ${sql}`, params);
  const [
    {
      "QUERY PLAN": [{ Plan: root }],
    },
  ] = explained.parse(rows);
  const nodes = [root];
  for (const node of nodes) nodes.push(...node.Plans);
  const scanOf = (alias: string): Plan | undefined => nodes.find((node) => node.Alias === alias);
  return { scanOf, buffers: root["Shared Hit Blocks"] + root["Shared Read Blocks"] };
}

test("a page deep in a long thread starts at its cursor in the index", async () => {
  const [deep] = await fixture.queryAsService<{ path: string }>(
    "select encode(path, 'hex') as path from comments where post_id = $1 order by path offset $2 limit 1",
    [postId, COMMENTS - 2 * LIMIT],
  );
  const after: PathKey = pathKey.parse([deep?.path]);
  const { scanOf, buffers } = await planOf(selectComments(postId, after, LIMIT));
  expect(scanOf("c")).toMatchObject({ "Rows Removed by Filter": 0 });
  expect(scanOf("c")?.["Index Cond"]).toContain("path >");
  expect(buffers).toBeLessThan(BUFFERS_MOST);
});

test("people are looked up by handle prefix in the index", async () => {
  const { scanOf, buffers } = await planOf(selectHandleSuggestions("many0123"));
  expect(scanOf("p")).toMatchObject({ "Rows Removed by Filter": 0 });
  expect(scanOf("p")?.["Index Cond"]).toContain("~>=~");
  expect(buffers).toBeLessThan(BUFFERS_MOST);
});

test("an underscore in a prefix is literal, and the range ends after z", async () => {
  const known = ["zz_top", "zzatop", "zz_z9", "zz__"];
  for (const handle of known)
    await fixture.queryAsService(
      "insert into users (id, name, handle, email, email_verified, birth_date) values ($1, 'x', $2, $2 || '@plaza.example', true, '1990-05-17')",
      [randomUUID(), handle],
    );
  const found = async (prefix: string) => {
    const { results } = await fixture.client().asViewer(ann.token, [selectHandleSuggestions(prefix)]);
    return results[0].map((row) => row.view.handle).sort();
  };
  expect(await found("zz_")).toEqual(["zz__", "zz_top", "zz_z9"]);
  expect(await found("zz_z")).toEqual(["zz_z9"]);
  expect(await found("zz")).toEqual([...known].sort());
});
