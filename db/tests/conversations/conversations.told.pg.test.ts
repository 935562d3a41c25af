import { beforeAll, describe, expect, test } from "vitest";
import type { Statement } from "../../client/client.ts";
import { readConversation } from "../../reads/conversations.reads.ts";
import { codeOf } from "../../testing/actions.ts";
import { talkOf } from "../../testing/conversation-fixtures.ts";
import { ownScene, type Person, refusalOf } from "../../testing/fixtures.ts";
import { addParticipants, answerRequest, removeParticipant } from "../../writes/conversations.writes.ts";
import { deleteRelation, insertRelation, updateMe } from "../../writes/profiles.writes.ts";

/** What happens elsewhere and changes a roster: blocks, mutes, receipts, names, accounts that go. */
const scene = ownScene();
const talk = talkOf(scene);
let ann: Person;
let ben: Person;
let cleo: Person;
let direct: string;
let group: string;
let other: string;
beforeAll(async () => {
  [ann, ben, cleo] = await scene.people("ann", "ben", "cleo");
  direct = await talk.open(ann, [ben]);
  group = await talk.open(ann, [ben, cleo], "Three");
  other = await talk.open(ann, [cleo]);
});

/** Which of the three rooms were told while `work` went on, and that each was told a newer version once. */
async function toldBy(work: () => Promise<unknown>): Promise<string[]> {
  const rooms = { direct, group, other };
  const look = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(rooms).map(async ([name, id]) => [name, (await talk.told(id))?.version ?? 0] as const),
      ),
    );
  const before = await look();
  await work();
  const after = await look();
  const told = Object.keys(rooms).filter((name) => after[name] !== before[name]);
  for (const name of told) expect(after[name]).toBe((before[name] ?? 0) + 1);
  return told;
}

test("a block: every conversation that both are in, hidden both ways; its end: the same", async () => {
  expect(await toldBy(() => talk.block(ann, ben))).toEqual(["direct", "group"]);
  const both = [
    { viewerId: ann.id, otherId: ben.id, isBlocked: true },
    { viewerId: ben.id, otherId: ann.id, isBlocked: true },
  ];
  for (const id of [direct, group]) {
    const told = await talk.told(id);
    expect(told?.hidden).toHaveLength(2);
    expect(told?.hidden).toEqual(expect.arrayContaining(both));
    expect(told?.cause).toBeNull();
  }
  expect(await toldBy(() => talk.unblock(ann, ben))).toEqual(["direct", "group"]);
  expect((await talk.told(group))?.hidden).toEqual([]);
  await scene.as(ben, "select app.answer_request($1, true)", [direct]);
});

test("a mute: one way, and not a block", async () => {
  expect(await toldBy(() => talk.mute(ben, ann))).toEqual(["direct", "group"]);
  expect((await talk.told(group))?.hidden).toEqual([{ viewerId: ben.id, otherId: ann.id, isBlocked: false }]);
  expect(await toldBy(() => scene.as(ben, "delete from mutes where muter_id = $1", [ben.id]))).toEqual([
    "direct",
    "group",
  ]);
});

test("a block where a mute stood already is still a block when the mute ends", async () => {
  await talk.mute(ben, ann);
  await talk.block(ben, ann);
  expect((await talk.told(group))?.hidden.every((pair) => pair.isBlocked)).toBe(true);
  await talk.unblock(ben, ann);
  expect((await talk.told(group))?.hidden).toEqual([{ viewerId: ben.id, otherId: ann.id, isBlocked: false }]);
  await scene.as(ben, "delete from mutes where muter_id = $1", [ben.id]);
});

test("receipts shown or not: all of the person's own conversations, and only when it changes", async () => {
  const set = (shares: boolean) =>
    scene.as(cleo, "update user_settings set shares_receipts = $2 where user_id = $1", [cleo.id, shares]);
  expect(await toldBy(() => set(false))).toEqual(["group", "other"]);
  expect((await talk.told(other))?.participants.map((each) => each.sharesReceipts).sort()).toEqual([
    false,
    true,
  ]);
  expect(await toldBy(() => set(false))).toEqual([]);
  expect(await toldBy(() => set(true))).toEqual(["group", "other"]);
});

test("a name or handle: all of the person's own conversations; a bio: none", async () => {
  const set = (what: string) => scene.service(`update profiles set ${what} where user_id = $1`, [cleo.id]);
  expect(await toldBy(() => set("name = 'Cleopatra'"))).toEqual(["group", "other"]);
  expect((await talk.told(other))?.participants.map((each) => each.name)).toContain("Cleopatra");
  expect(await toldBy(() => set("handle = handle || '_'"))).toEqual(["group", "other"]);
  expect(await toldBy(() => set("bio = 'new', name = name"))).toEqual([]);
});

describe("two at once: whichever is told last tells of both", () => {
  test("a block while another change is on its way", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const id = await talk.open(eve, [fay, gus], "G");
    const renaming = await scene.open(eve);
    await renaming.query("select app.rename_conversation($1, 'New')", [id]);
    const blocking = talk.block(fay, gus);
    await scene.untilWaiting();
    await renaming.query("commit");
    await blocking;
    expect(await talk.told(id)).toMatchObject({ name: "New", version: 3 });
    expect((await talk.told(id))?.hidden).toHaveLength(2);
  });

  test("a block of someone who is being added at this moment", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const id = await talk.open(eve, [fay], "G");
    const adding = await scene.open(eve);
    await adding.query("select app.add_participants($1, $2)", [id, [gus.id]]);
    const blocking = talk.block(fay, gus);
    await scene.untilWaiting();
    await adding.query("commit");
    await blocking;
    const told = await talk.told(id);
    expect(told?.participants).toHaveLength(3);
    expect(told?.hidden).toHaveLength(2);
  });

  test("adding someone who is blocking a member at this moment", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const id = await talk.open(eve, [fay], "G");
    const blocking = await scene.open(gus);
    await blocking.query("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [gus.id, fay.id]);
    const adding = scene.as(eve, "select app.add_participants($1, $2)", [id, [gus.id]]);
    await scene.untilWaiting();
    await blocking.query("commit");
    await adding;
    expect((await talk.told(id))?.hidden).toHaveLength(2);
  });

  test("opening a conversation with someone who is blocking the opener at this moment", async () => {
    const [eve, fay] = await scene.people("eve", "fay");
    const blocking = await scene.open(fay);
    await blocking.query("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [fay.id, eve.id]);
    const opening = refusalOf(scene.as(eve, "select app.open_conversation($1, null)", [[fay.id]]));
    await scene.untilWaiting();
    await blocking.query("commit");
    expect(await opening).toBe("PZ404");
  });

  test("two people added one after the other, while the first blocks the second", async () => {
    const [eve, fay, gus, hal] = await scene.people("eve", "fay", "gus", "hal");
    const id = await talk.open(eve, [fay], "G");
    const first = await scene.open(eve);
    await first.query("select app.add_participants($1, $2)", [id, [gus.id]]);
    // Through the port, which tries again what cannot be decided now.
    const second = scene.port().writeAsViewer(eve.token, null, [addParticipants(id, [hal.id])]);
    await scene.untilWaiting();
    const blocking = talk.block(gus, hal);
    await first.query("commit");
    await Promise.all([second, blocking]);
    const told = await talk.told(id);
    expect(told?.participants).toHaveLength(4);
    expect(told?.hidden).toHaveLength(2);
  });

  test("a thousandth mute of the same person waits for none of the others", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const eves = await scene.open(eve);
    await eves.query("insert into mutes (muter_id, muted_id) values ($1, $2)", [eve.id, gus.id]);
    await talk.mute(fay, gus);
    await eves.query("rollback");
  });

  test("a name that changes while its bearer is being added", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const id = await talk.open(eve, [fay], "G");
    const adding = await scene.open(eve);
    await adding.query("select app.add_participants($1, $2)", [id, [gus.id]]);
    const naming = scene.as(gus, "update profiles set name = 'Gustav' where user_id = $1", [gus.id]);
    await scene.untilWaiting();
    await adding.query("commit");
    await naming;
    expect((await talk.told(id))?.participants.map((each) => each.name)).toContain("Gustav");
  });
});

describe("an account that goes", () => {
  test("leaves its conversations to the others, with its messages and without its name", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const two = await talk.open(eve, [fay]);
    const three = await talk.open(eve, [fay, gus], "G");
    for (const who of [fay, gus]) await scene.as(who, "select app.answer_request($1, true)", [three]);
    await talk.say(two, eve, "Remember me.");
    await talk.say(three, eve, "And me.");
    await scene.service("delete from users where id = $1", [eve.id]);
    expect(await talk.told(two)).toMatchObject({
      createdBy: null,
      absent: [],
      participants: [{ id: fay.id }],
      cause: null,
    });
    const told = await talk.told(three);
    expect(told?.participants.map((each) => each.role).sort()).toEqual(["admin", "member"]);
    expect(
      await scene.service(
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

  test("with nobody left, nothing is kept", async () => {
    const [eve, fay] = await scene.people("eve", "fay");
    const id = await talk.open(eve, [fay]);
    await talk.say(id, eve, "Hello.");
    await scene.service("delete from users where id = any ($1)", [[eve.id, fay.id]]);
    expect(await scene.service("select from conversations where id = $1", [id])).toEqual([]);
    expect(await scene.service("select from messages where conversation_id = $1", [id])).toEqual([]);
  });

  test("takes its blocks along without waiting for itself", async () => {
    const [eve, fay, gus] = await scene.people("eve", "fay", "gus");
    const id = await talk.open(eve, [fay, gus], "G");
    await talk.block(fay, gus);
    await talk.mute(gus, eve);
    await scene.service("delete from users where id = $1", [fay.id]);
    expect((await talk.told(id))?.hidden).toEqual([{ viewerId: gus.id, otherId: eve.id, isBlocked: false }]);
  });

  test("while its room hands over what it said: nothing is lost, the name is", async () => {
    const [eve, fay] = await scene.people("eve", "fay");
    const id = await talk.open(eve, [fay]);
    const going = await scene.openSuperuser();
    await going.query("delete from users where id = $1", [eve.id]);
    const storing = talk.store(id, { messages: [talk.message(1, eve, "Last words.")] });
    await scene.untilWaiting();
    await going.query("commit");
    await storing;
    expect(
      await scene.service("select sender_id, content from messages where conversation_id = $1", [id]),
    ).toEqual([{ sender_id: null, content: "Last words." }]);
  });
});

test("hand-overs, blocks, answers, names and newcomers at the same time never lock each other out", async () => {
  const [eve, fay, gus, hal] = await scene.people("eve", "fay", "gus", "hal");
  const two = await talk.open(eve, [fay]);
  const three = await talk.open(eve, [fay, gus], "G");
  const port = scene.port();
  const rounds = Array.from({ length: 10 }, (_, round) => round);
  const deadlocks = async () =>
    (
      await scene.service<{ count: number }>(
        "select deadlocks::int as count from pg_stat_database where datname = current_database()",
      )
    )[0]?.count;
  const before = await deadlocks();
  const deeds = rounds.flatMap((round) => [
    [fay, round % 2 ? insertRelation("block", eve.handle) : deleteRelation("block", eve.handle)] as const,
    [eve, round % 2 ? insertRelation("mute", fay.handle) : deleteRelation("mute", fay.handle)] as const,
    [gus, answerRequest(three, true)] as const,
    [gus, updateMe({ name: `Gus ${round}` })[0]] as const,
    [eve, round % 2 ? addParticipants(three, [hal.id]) : removeParticipant(three, hal.id)] as const,
  ]);
  await Promise.all([
    ...rounds.map((round) =>
      talk.store(round % 2 ? two : three, {
        messages: [talk.message(round + 1, eve, "x"), talk.message(round + 2, fay, "y")],
        pointers: [talk.pointer(fay, { readSeq: round }), talk.pointer(eve, { readSeq: round })],
      }),
    ),
    ...deeds.map(async ([who, revocation]) => {
      // Whether hal is in it at that moment is for nobody to say.
      const code = await codeOf(
        port.writeAsViewer(who.token, null, [revocation as Statement<unknown>, readConversation(three)]),
      );
      expect(["accepted", "NOT_FOUND"]).toContain(code);
    }),
  ]);
  expect(await deadlocks()).toBe(before);
  const [stored] = await scene.service<{ seq: number; people: number; version: number }>(
    `select (select max(seq)::int from messages where conversation_id = $1) as seq, version::int,
       (select count(*)::int from conversation_participants where conversation_id = $1 and state in ('accepted', 'requested')) as people
     from conversations where id = $1`,
    [three],
  );
  const told = await talk.told(three);
  expect([told?.version, told?.participants.length]).toEqual([stored?.version, stored?.people]);
});
