import { beforeAll, describe, expect, test } from "vitest";
import type { Statement } from "../../client/client.ts";
import { selectConversation } from "../../reads/conversations.reads.ts";
import { errorCodeOf } from "../../testing/actions.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { addMembers, answerRequest, removeMember } from "../../writes/conversations.writes.ts";
import { deleteRelation, insertRelation, updateMe } from "../../writes/profiles.writes.ts";

/**
 * Changes in other tables that publish snapshots: blocks, mutes, receipt settings, names, deleted accounts.
 */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
let ann: Person;
let ben: Person;
let cleo: Person;
let direct: string;
let group: string;
let other: string;
beforeAll(async () => {
  [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
  direct = await conversations.open(ann, [ben]);
  group = await conversations.open(ann, [ben, cleo], "Three");
  other = await conversations.open(ann, [cleo]);
});

/** Which of the three conversations published during `work`; checks that each published one newer version. */
async function publishedBy(work: () => Promise<unknown>): Promise<string[]> {
  const rooms = { direct, group, other };
  const selectVersions = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(rooms).map(
          async ([name, id]) => [name, (await conversations.selectLatestSnapshot(id))?.version ?? 0] as const,
        ),
      ),
    );
  const before = await selectVersions();
  await work();
  const after = await selectVersions();
  const published = Object.keys(rooms).filter((name) => after[name] !== before[name]);
  for (const name of published) expect(after[name]).toBe((before[name] ?? 0) + 1);
  return published;
}

test("a block and its removal publish every shared conversation, hidden in both directions", async () => {
  expect(await publishedBy(() => conversations.block(ann, ben))).toEqual(["direct", "group"]);
  const both = [
    { viewerId: ann.id, otherId: ben.id, isBlocked: true },
    { viewerId: ben.id, otherId: ann.id, isBlocked: true },
  ];
  for (const id of [direct, group]) {
    const snapshot = await conversations.selectLatestSnapshot(id);
    expect(snapshot?.hidden).toHaveLength(2);
    expect(snapshot?.hidden).toEqual(expect.arrayContaining(both));
    expect(snapshot?.cause).toBeNull();
  }
  expect(await publishedBy(() => conversations.unblock(ann, ben))).toEqual(["direct", "group"]);
  expect((await conversations.selectLatestSnapshot(group))?.hidden).toEqual([]);
  await fixture.queryAs(ben, "select app.answer_request($1, true)", [direct]);
});

test("a mute hides in one direction and is not a block", async () => {
  expect(await publishedBy(() => conversations.mute(ben, ann))).toEqual(["direct", "group"]);
  expect((await conversations.selectLatestSnapshot(group))?.hidden).toEqual([
    { viewerId: ben.id, otherId: ann.id, isBlocked: false },
  ]);
  expect(
    await publishedBy(() => fixture.queryAs(ben, "delete from mutes where muter_id = $1", [ben.id])),
  ).toEqual(["direct", "group"]);
});

test("a block stays a block after an earlier mute was removed", async () => {
  await conversations.mute(ben, ann);
  await conversations.block(ben, ann);
  expect((await conversations.selectLatestSnapshot(group))?.hidden.every((pair) => pair.isBlocked)).toBe(
    true,
  );
  await conversations.unblock(ben, ann);
  expect((await conversations.selectLatestSnapshot(group))?.hidden).toEqual([
    { viewerId: ben.id, otherId: ann.id, isBlocked: false },
  ]);
  await fixture.queryAs(ben, "delete from mutes where muter_id = $1", [ben.id]);
});

test("a changed read receipt setting publishes all conversations of the account, an unchanged one none", async () => {
  const set = (shares: boolean) =>
    fixture.queryAs(cleo, "update user_settings set shares_receipts = $2 where user_id = $1", [
      cleo.id,
      shares,
    ]);
  expect(await publishedBy(() => set(false))).toEqual(["group", "other"]);
  expect(
    (await conversations.selectLatestSnapshot(other))?.participants.map((each) => each.sharesReceipts).sort(),
  ).toEqual([false, true]);
  expect(await publishedBy(() => set(false))).toEqual([]);
  expect(await publishedBy(() => set(true))).toEqual(["group", "other"]);
});

test("a changed name or handle publishes all conversations of the account, a changed bio none", async () => {
  const set = (what: string) =>
    fixture.queryAsService(`update profiles set ${what} where user_id = $1`, [cleo.id]);
  expect(await publishedBy(() => set("name = 'Cleopatra'"))).toEqual(["group", "other"]);
  expect((await conversations.selectLatestSnapshot(other))?.participants.map((each) => each.name)).toContain(
    "Cleopatra",
  );
  expect(await publishedBy(() => set("handle = handle || '_'"))).toEqual(["group", "other"]);
  expect(await publishedBy(() => set("bio = 'new', name = name"))).toEqual([]);
});

describe("concurrent changes: the last published snapshot contains both", () => {
  test("a block during another uncommitted change", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const id = await conversations.open(eve, [fay, gus], "G");
    const renaming = await fixture.openTransactionAs(eve);
    await renaming.query("select app.rename_conversation($1, 'New')", [id]);
    const blocking = conversations.block(fay, gus);
    await fixture.waitForBlockedLock();
    await renaming.query("commit");
    await blocking;
    expect(await conversations.selectLatestSnapshot(id)).toMatchObject({ name: "New", version: 3 });
    expect((await conversations.selectLatestSnapshot(id))?.hidden).toHaveLength(2);
  });

  test("a block of an account that is being added", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const id = await conversations.open(eve, [fay], "G");
    const adding = await fixture.openTransactionAs(eve);
    await adding.query("select app.add_participants($1, $2)", [id, [gus.id]]);
    const blocking = conversations.block(fay, gus);
    await fixture.waitForBlockedLock();
    await adding.query("commit");
    await blocking;
    const snapshot = await conversations.selectLatestSnapshot(id);
    expect(snapshot?.participants).toHaveLength(3);
    expect(snapshot?.hidden).toHaveLength(2);
  });

  test("adding an account that is blocking a member", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const id = await conversations.open(eve, [fay], "G");
    const blocking = await fixture.openTransactionAs(gus);
    await blocking.query("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [gus.id, fay.id]);
    const adding = fixture.queryAs(eve, "select app.add_participants($1, $2)", [id, [gus.id]]);
    await fixture.waitForBlockedLock();
    await blocking.query("commit");
    await adding;
    expect((await conversations.selectLatestSnapshot(id))?.hidden).toHaveLength(2);
  });

  test("opening a conversation with an account that is blocking the viewer", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const blocking = await fixture.openTransactionAs(fay);
    await blocking.query("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [fay.id, eve.id]);
    const opening = sqlStateOf(fixture.queryAs(eve, "select app.open_conversation($1, null)", [[fay.id]]));
    await fixture.waitForBlockedLock();
    await blocking.query("commit");
    expect(await opening).toBe("PZ404");
  });

  test("two accounts added one after the other, while the first blocks the second", async () => {
    const [eve, fay, gus, hal] = await fixture.insertPeople("eve", "fay", "gus", "hal");
    const id = await conversations.open(eve, [fay], "G");
    const first = await fixture.openTransactionAs(eve);
    await first.query("select app.add_participants($1, $2)", [id, [gus.id]]);
    // With the client, which retries after a serialization failure.
    const second = fixture.client().writeAsViewer(eve.token, null, [addMembers(id, [hal.id])]);
    await fixture.waitForBlockedLock();
    const blocking = conversations.block(gus, hal);
    await first.query("commit");
    await Promise.all([second, blocking]);
    const snapshot = await conversations.selectLatestSnapshot(id);
    expect(snapshot?.participants).toHaveLength(4);
    expect(snapshot?.hidden).toHaveLength(2);
  });

  test("concurrent mutes of the same account do not wait for each other", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const eves = await fixture.openTransactionAs(eve);
    await eves.query("insert into mutes (muter_id, muted_id) values ($1, $2)", [eve.id, gus.id]);
    await conversations.mute(fay, gus);
    await eves.query("rollback");
  });

  test("a rename of an account that is being added", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const id = await conversations.open(eve, [fay], "G");
    const adding = await fixture.openTransactionAs(eve);
    await adding.query("select app.add_participants($1, $2)", [id, [gus.id]]);
    const naming = fixture.queryAs(gus, "update profiles set name = 'Gustav' where user_id = $1", [gus.id]);
    await fixture.waitForBlockedLock();
    await adding.query("commit");
    await naming;
    expect((await conversations.selectLatestSnapshot(id))?.participants.map((each) => each.name)).toContain(
      "Gustav",
    );
  });
});

describe("a deleted account", () => {
  test("is removed from its conversations; its messages stay without sender", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const two = await conversations.open(eve, [fay]);
    const three = await conversations.open(eve, [fay, gus], "G");
    for (const who of [fay, gus]) await fixture.queryAs(who, "select app.answer_request($1, true)", [three]);
    await conversations.storeMessage(two, eve, "Remember me.");
    await conversations.storeMessage(three, eve, "And me.");
    await fixture.queryAsService("delete from users where id = $1", [eve.id]);
    expect(await conversations.selectLatestSnapshot(two)).toMatchObject({
      createdBy: null,
      absent: [],
      participants: [{ id: fay.id }],
      cause: null,
    });
    const snapshot = await conversations.selectLatestSnapshot(three);
    expect(snapshot?.participants.map((each) => each.role).sort()).toEqual(["admin", "member"]);
    expect(
      await fixture.queryAsService(
        "select sender_id, content, last_message_sender_id, last_message_preview from messages m join conversations c on c.id = m.conversation_id where c.id = $1",
        [two],
      ),
    ).toEqual([
      {
        sender_id: null,
        content: "Remember me.",
        last_message_sender_id: null,
        last_message_preview: "Remember me.",
      },
    ]);
  });

  test("a conversation without members is deleted", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await conversations.open(eve, [fay]);
    await conversations.storeMessage(id, eve, "Hello.");
    await fixture.queryAsService("delete from users where id = any ($1)", [[eve.id, fay.id]]);
    expect(await fixture.queryAsService("select from conversations where id = $1", [id])).toEqual([]);
    expect(await fixture.queryAsService("select from messages where conversation_id = $1", [id])).toEqual([]);
  });

  test("has its blocks deleted without waiting for its own locks", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    const id = await conversations.open(eve, [fay, gus], "G");
    await conversations.block(fay, gus);
    await conversations.mute(gus, eve);
    await fixture.queryAsService("delete from users where id = $1", [fay.id]);
    expect((await conversations.selectLatestSnapshot(id))?.hidden).toEqual([
      { viewerId: gus.id, otherId: eve.id, isBlocked: false },
    ]);
  });

  test("during a flush of its room: its messages are stored without sender", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await conversations.open(eve, [fay]);
    const going = await fixture.openSuperuserTransaction();
    await going.query("delete from users where id = $1", [eve.id]);
    const storing = conversations.storeBatch(id, {
      messages: [conversations.buildMessage(1, eve, "Last words.")],
    });
    await fixture.waitForBlockedLock();
    await going.query("commit");
    await storing;
    expect(
      await fixture.queryAsService("select sender_id, content from messages where conversation_id = $1", [
        id,
      ]),
    ).toEqual([{ sender_id: null, content: "Last words." }]);
  });
});

test("concurrent flushes, blocks, answers, renames and additions never end in an error", async () => {
  const [eve, fay, gus, hal] = await fixture.insertPeople("eve", "fay", "gus", "hal");
  const two = await conversations.open(eve, [fay]);
  const three = await conversations.open(eve, [fay, gus], "G");
  const client = fixture.client();
  // A removed stranger could be invited again only after a day.
  await fixture.queryAs(hal, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
    hal.id,
    eve.id,
  ]);
  const rounds = Array.from({ length: 10 }, (_, round) => round);
  const deadlocks = async () =>
    (
      await fixture.queryAsService<{ count: number }>(
        "select deadlocks::int as count from pg_stat_database where datname = current_database()",
      )
    )[0]?.count;
  const before = await deadlocks();
  const actions = rounds.flatMap((round) => [
    [fay, round % 2 ? insertRelation("block", eve.handle) : deleteRelation("block", eve.handle)] as const,
    [eve, round % 2 ? insertRelation("mute", fay.handle) : deleteRelation("mute", fay.handle)] as const,
    [gus, answerRequest(three, true)] as const,
    [gus, updateMe({ name: `Gus ${round}` })[0]] as const,
    [eve, round % 2 ? addMembers(three, [hal.id]) : removeMember(three, hal.id)] as const,
  ]);
  await Promise.all([
    ...rounds.map((round) =>
      conversations.storeBatch(round % 2 ? two : three, {
        messages: [
          conversations.buildMessage(round + 1, eve, "x"),
          conversations.buildMessage(round + 2, fay, "y"),
        ],
        pointers: [
          conversations.buildPointer(fay, { readSeq: round }),
          conversations.buildPointer(eve, { readSeq: round }),
        ],
      }),
    ),
    ...actions.map(async ([who, action]) => {
      // Whether hal is a member at that moment is not determined.
      const code = await errorCodeOf(
        client.writeAsViewer(who.token, null, [action as Statement<unknown>, selectConversation(three)]),
      );
      expect(["accepted", "NOT_FOUND"]).toContain(code);
    }),
  ]);
  expect(await deadlocks()).toBe(before);
  const [stored] = await fixture.queryAsService<{ seq: number; people: number; version: number }>(
    `select (select max(seq)::int from messages where conversation_id = $1) as seq, version::int,
       (select count(*)::int from conversation_participants where conversation_id = $1 and state in ('accepted', 'requested')) as people
     from conversations where id = $1`,
    [three],
  );
  const snapshot = await conversations.selectLatestSnapshot(three);
  expect([snapshot?.version, snapshot?.participants.length]).toEqual([stored?.version, stored?.people]);
});
