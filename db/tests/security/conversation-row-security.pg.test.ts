import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { CHAT_TABLES, forNobody, type Rule, testRowSecurity } from "../../testing/row-security.ts";

/** Row security of conversations and presence. row-security.pg.test.ts has all other tables. */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
let ann: Person;
let ben: Person;
let cleo: Person;
let dan: Person;
let direct: string;

/** Members can select; no viewer can write. Rooms and SECURITY DEFINER functions write. */
const forThoseInIt = {
  stranger: ["nothing", "denied", "denied", "denied"],
  self: ["rows", "denied", "denied", "denied"],
  nobody: ["nothing", "denied", "denied", "denied"],
} satisfies Partial<Rule>;

const MATRIX: Record<string, () => Rule> = {
  conversations: () => ({
    ownRows: `id = '${direct}' and $1::uuid is not null`,
    updatedColumn: "name",
    insertedRow: ["kind, created_by", "'group', $1"],
    ...forThoseInIt,
  }),
  conversation_participants: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "role",
    insertedRow: ["conversation_id, user_id, state", `'${direct}', $1, 'accepted'`],
    ...forThoseInIt,
  }),
  messages: () => ({
    ownRows: "sender_id = $1",
    updatedColumn: "content",
    insertedRow: [
      "id, conversation_id, seq, sender_id, kind, content",
      `'${randomUUID()}', '${direct}', 99, $1, 'text', 'forged'`,
    ],
    ...forThoseInIt,
  }),
  presence_chosen: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "created_at",
    insertedRow: ["user_id, other_id", `$1, '${cleo.id}'`],
    stranger: ["nothing", "denied", "denied", "nothing"],
    self: ["rows", "rows", "denied", "rows"],
    nobody: ["nothing", "denied", "denied", "nothing"],
  }),
  // Viewers get presence from presence rooms only.
  user_presence: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "is_online",
    insertedRow: ["user_id, is_online", "$1, true"],
    ...forNobody,
  }),
};

beforeAll(async () => {
  [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
  direct = await conversations.open(ben, [cleo]);
  await conversations.storeMessage(direct, ben, "A word between the two of us.");
  await fixture.queryAs(ben, "insert into presence_chosen (user_id, other_id) values ($1, $2)", [
    ben.id,
    dan.id,
  ]);
  await fixture.queryAsService("select app.store_presence($1)", [
    JSON.stringify([{ userId: ben.id, isOnline: true, lastSeenAt: "2026-01-01T00:00:00.000Z" }]),
  ]);
});

describe("access matrix of all tables (S: row security)", () => {
  test("this file covers these tables", () => {
    expect(Object.keys(MATRIX).sort()).toEqual(CHAT_TABLES);
  });
  testRowSecurity(MATRIX, fixture, () => ({ ann, ben }));
});

/** How many rows a viewer sees of a conversation: the conversation, its members, its messages. */
async function sees(who: Person | null, id: string): Promise<[number, number, number]> {
  const [row] = await fixture.queryAs<{ n: [number, number, number] }>(
    who,
    `select array[(select count(*)::int from conversations where id = $1),
       (select count(*)::int from conversation_participants where conversation_id = $1),
       (select count(*)::int from messages where conversation_id = $1)] as n`,
    [id],
  );
  return row?.n ?? [-1, -1, -1];
}

describe("only current members see a conversation (000-59)", () => {
  test("requested, accepted, left, removed, declined, added again", async () => {
    const [eve, fay, gus, hal] = await fixture.insertPeople("eve", "fay", "gus", "hal");
    const group = await conversations.open(eve, [fay, gus, hal], "Four");
    await conversations.storeMessage(group, eve, "Welcome.");
    const everything = [1, 4, 1];
    for (const who of [eve, fay, gus, hal]) expect(await sees(who, group)).toEqual(everything);
    for (const who of [ann, null]) expect(await sees(who, group)).toEqual([0, 0, 0]);

    await fixture.queryAs(fay, "select app.answer_request($1, true)", [group]);
    expect(await sees(fay, group)).toEqual(everything);
    await fixture.queryAs(fay, "select app.leave_conversation($1)", [group]);
    expect(await sees(fay, group)).toEqual([0, 0, 0]);
    await fixture.queryAs(gus, "select app.answer_request($1, false)", [group]);
    expect(await sees(gus, group)).toEqual([0, 0, 0]);
    await fixture.queryAs(eve, "select app.remove_participant($1, $2)", [group, hal.id]);
    expect(await sees(hal, group)).toEqual([0, 0, 0]);
    // Former members are not visible.
    expect(await sees(eve, group)).toEqual([1, 1, 1]);

    // A stranger can be invited again a day after the last invitation.
    await fixture.queryAsService(
      "update conversation_participants set joined_at = now() - interval '25 hours' where user_id = $1",
      [hal.id],
    );
    await fixture.queryAs(eve, "select app.add_participants($1, $2)", [group, [hal.id]]);
    expect(await sees(hal, group)).toEqual([1, 2, 1]);
  });

  test("a block between two members does not hide their earlier messages", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await conversations.open(eve, [fay]);
    await conversations.storeMessage(id, eve, "Hello.");
    await fixture.queryAs(fay, "select app.answer_request($1, true)", [id]);
    await conversations.block(fay, eve);
    for (const who of [eve, fay]) expect(await sees(who, id)).toEqual([1, 2, 1]);
  });

  test.each([
    ["the words of the newest message", "select last_message_preview from conversations"],
    ["who silenced it", "select is_muted from conversation_participants"],
    ["how far others have read", "select last_read_seq from conversation_participants"],
    ["what others have not read", "select unread from conversation_participants"],
    ["a partition of the messages", "select from messages_00"],
  ])("%s cannot be selected from the tables", async (_, text) => {
    expect(await sqlStateOf(fixture.queryAs(ben, text))).toBe("42501");
  });

  test("partitions hide their rows from the owner of the tables", async () => {
    const counts = await fixture.transactionAsOwner(async (client) => {
      const found: (number | null)[] = [];
      for (let part = 0; part < 16; part += 1) {
        const { rowCount } = await client.query(`select from messages_${String(part).padStart(2, "0")}`);
        found.push(rowCount);
      }
      return found;
    });
    expect(counts).toEqual(Array(16).fill(0));
  });
});
