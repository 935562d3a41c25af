import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";

/**
 * SECURITY DEFINER functions of conversations and presence: what a stranger can do with each (S: definer
 * functions).
 */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
let ann: Person;
let ben: Person;
let cleo: Person;
let group: string;
beforeAll(async () => {
  [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
  group = await conversations.open(ann, [ben], "Not Cleo's");
  await conversations.storeMessage(group, ann, "A secret");
});

const selectAllRows = () =>
  fixture.queryAsService(
    "select c, p from conversations c join conversation_participants p on p.conversation_id = c.id order by c.id, p.id",
  );

describe("a non-member and a signed-out caller change nothing and learn nothing", () => {
  test.each([
    ["rename_conversation($1, 'forged')", "PZ404"],
    ["add_participants($1, array[$2]::uuid[])", "PZ404"],
    ["remove_participant($1, $2)", "PZ404"],
    ["set_participant_role($1, $2, 'admin')", "PZ404"],
    ["leave_conversation($1)", "PZ404"],
    ["answer_request($1, true)", "PZ404"],
    ["silence_conversation($1, true)", "PZ404"],
  ])("%s", async (call, code) => {
    const before = await selectAllRows();
    const used = [group, cleo.id].slice(0, call.includes("$2") ? 2 : 1);
    expect(await sqlStateOf(fixture.queryAs(cleo, `select app.${call}`, used))).toBe(code);
    expect(await sqlStateOf(fixture.queryAs(null, `select app.${call}`, used))).toBe("PZ401");
    const nowhere = [randomUUID(), ...used.slice(1)];
    expect(await sqlStateOf(fixture.queryAs(cleo, `select app.${call}`, nowhere))).toBe(code);
    expect(await selectAllRows()).toEqual(before);
  });

  test("conversation_views, my_conversations and search_messages return the viewer's own conversations only", async () => {
    for (const who of [cleo, null]) {
      expect(
        await fixture.queryAs(who, "select from app.conversation_views(array[$1::uuid])", [group]),
      ).toEqual([]);
      expect(await fixture.queryAs(who, "select app.my_conversations() as mine")).toEqual([{ mine: [] }]);
      for (const onlyIn of [null, group])
        expect(
          await fixture.queryAs(who, "select from app.search_messages('secret', $1::uuid, null, null, 10)", [
            onlyIn,
          ]),
        ).toEqual([]);
    }
    expect(await fixture.queryAs(ben, "select app.my_conversations() as mine")).toEqual([{ mine: [group] }]);
  });

  test.each([
    "rename_conversation(null, null)",
    "add_participants(null, null)",
    "remove_participant(null, null)",
    "set_participant_role(null, null, null)",
    "leave_conversation(null)",
    "answer_request(null, null)",
    "silence_conversation(null, null)",
    "open_conversation(null, null)",
    "open_conversation(array[null]::uuid[], null)",
  ])("%s is refused with a code", async (call) => {
    expect(await sqlStateOf(fixture.queryAs(ann, `select app.${call}`))).toMatch(/^PZ40[04]$/);
  });

  test("a temporary table with the name of a table in the function does not let a non-member in", async () => {
    const rows = await fixture.transactionAs(
      cleo,
      async (client) => {
        await client.query(
          "create temporary table conversation_participants (conversation_id uuid, user_id uuid, state text)",
        );
        await client.query("insert into pg_temp.conversation_participants values ($1, $2, 'accepted')", [
          group,
          cleo.id,
        ]);
        return (await client.query("select from public.messages where conversation_id = $1", [group])).rows;
      },
      { isRolledBack: true },
    );
    expect(rows).toEqual([]);
  });
});

describe("functions for rooms and triggers cannot be executed by viewers", () => {
  test.each([
    "app.store_conversation($1, '{}')",
    "app.conversation_snapshot($1)",
    "app.publish_conversation_snapshots(array[$1]::uuid[], null)",
    "app.conversation_summaries($1)",
    "app.hidden_from($1)",
    "app.people_json(array[$1]::uuid[])",
    "app.cause_json('left', array[$1]::uuid[], null, null)",
    "app.conversations_of($1)",
    "app.conversations_of_both($1, $1)",
    "app.require_member($1)",
    "app.require_admin($1)",
    "app.require_reachable(array[$1]::uuid[])",
    "app.lock_conversation($1, '{}')",
    "app.lock_accounts(array[$1]::uuid[])",
    "app.lock_people(array[$1]::uuid[], true)",
    "app.ensure_admin($1)",
    "app.add_members($1, '{}')",
    "app.open_direct_conversation($1)",
    "app.set_opened_conversation($1, true)",
    "app.search_query($1::text)",
    "app.presence_visibility(array[$1]::uuid[])",
    "app.store_presence('[]') where $1::uuid is not null",
    "app.online_users(array[$1]::uuid[])",
    "app.publish_visibility_change($1)",
  ])("%s", async (call) => {
    expect(await sqlStateOf(fixture.queryAs(ann, `select ${call}`, [group]))).toBe("42501");
  });

  test.each([
    "app.open_conversation(array[$1]::uuid[], null)",
    "app.leave_conversation($1)",
    "app.my_conversations() where $1::uuid is not null",
    "app.conversation_views(array[$1]::uuid[])",
    "app.search_messages('x', $1, null, null, 1)",
    "app.publish_conversation_snapshots(array[$1]::uuid[], null)",
  ])("plaza_service cannot execute viewer functions: %s", async (call) => {
    expect(await sqlStateOf(fixture.queryAsService(`select ${call}`, [group]))).toBe("42501");
  });
});
