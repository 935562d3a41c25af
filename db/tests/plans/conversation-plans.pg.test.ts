import { PgDialect } from "drizzle-orm/pg-core";
import { beforeAll, expect, test } from "vitest";
import type { Statement } from "../../client/client.ts";
import { searchMessages, selectConversations, selectMessages } from "../../reads/conversations.reads.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";
import { explainNestedStatements } from "../../testing/query-plans.ts";

/**
 * Plans as plaza_app for an account in two thousand conversations, one of them long: reads touch few pages.
 */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
const CONVERSATIONS = 2_000;
const MESSAGES = 20_000;
const OTHERS_MESSAGES = 40_000;

let ann: Person;
let long: string;
beforeAll(async () => {
  const people = await fixture.insertPeople("ann", "ben", "cleo", "dan");
  ann = people[0];
  const [, ben, cleo, dan] = people;
  long = await conversations.open(ann, [ben], "Long");
  const theirs = await conversations.open(cleo, [dan], "Not hers");
  const superuser = await fixture.openSuperuserTransaction();
  // Without triggers, for speed: these tests only read.
  await superuser.query("set local session_replication_role = replica");
  await superuser.query(
    `with made as (
       insert into conversations (kind, name, created_by, last_message_at, last_message_seq, last_message_kind, last_message_preview)
       select 'group', 'G' || n, $1, now() - n * interval '1 minute', 1, 'text', 'words' from generate_series(1, $3::int) n returning id)
     insert into conversation_participants (conversation_id, user_id, state) select id, u, 'accepted' from made, unnest(array[$1, $2]::uuid[]) u`,
    [ann.id, ben.id, CONVERSATIONS],
  );
  const fill = (id: string, sender: string, count: number) =>
    superuser.query(
      `insert into messages (id, conversation_id, seq, sender_id, kind, content, created_at)
       select uuidv7(), $1, n, $2, 'text', 'the words of number ' || n, now() - n * interval '1 second' from generate_series(1, $3::int) n`,
      [id, sender, count],
    );
  await fill(long, ben.id, MESSAGES);
  await fill(theirs, dan.id, OTHERS_MESSAGES);
  await superuser.query(
    `insert into messages (id, conversation_id, seq, sender_id, kind, content)
     select uuidv7(), id, 1, $1, 'text', 'hello' from conversations where name like 'G%'`,
    [ben.id],
  );
  await superuser.query("commit");
  await superuser.query("analyze conversations, conversation_participants, messages");
});

const dialect = new PgDialect();
async function explain(reading: Statement<unknown>): Promise<string> {
  const query = dialect.sqlToQuery(reading.sql);
  const rows = await fixture.queryAs<{ "QUERY PLAN": string }>(
    ann,
    `explain (analyze, buffers, timing off) ${query.sql}`,
    query.params,
  );
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}
/** Buffer pages that the whole statement touched. */
const buffers = (plan: string): number => Number(/Buffers: shared hit=(\d+)/.exec(plan)?.[1]);

test.each([
  ["the newest page", null],
  ["a page far back", 400],
])("%s is read by seq from one partition", async (_, before) => {
  const plan = await explain(selectMessages(long, before, 50));
  expect(plan).toMatch(/Index Scan( Backward)? using messages_\d\d_pkey/);
  expect(new Set(plan.match(/on messages_\d\d/g)).size).toBe(1);
  expect(plan).not.toContain("Seq Scan on messages");
  expect(buffers(plan)).toBeLessThan(800);
});

test("the list of an account with two thousand conversations touches few pages", async () => {
  const plan = await explain(selectConversations("accepted", null, 30));
  const [row] = /Execution Time: ([\d.]+)/.exec(plan)?.slice(1) ?? [];
  expect(Number(row)).toBeLessThan(250);
});

test("search uses the text index and finds nothing in other accounts' conversations", async () => {
  const { rows, plans } = await explainNestedStatements(
    fixture,
    ann,
    searchMessages("number 19999", null, null, 20),
  );
  expect(rows).toHaveLength(1);
  expect(plans).toMatch(/Bitmap Index Scan on messages_\d\d_search/);
  expect(plans).not.toMatch(/Seq Scan on messages/);
});

test("search in one conversation uses the text index of one partition", async () => {
  const { rows, plans } = await explainNestedStatements(
    fixture,
    ann,
    searchMessages("number 19999", long, null, 20),
  );
  expect(rows).toHaveLength(1);
  expect(new Set(plans.match(/on messages_\d\d_search/g)).size).toBe(1);
  expect(plans).not.toMatch(/Seq Scan on messages/);
});
