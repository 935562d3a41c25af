import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { conversationSnapshotSchema } from "../../views/conversation-snapshot.view.ts";

/** Groups: permissions, and the snapshot that each command publishes. */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);

const states = async (id: string): Promise<Record<string, string>> => {
  const rows = await fixture.queryAsService<{ handle: string; is: string }>(
    "select regexp_replace(handle, '[0-9]+$', '') as handle, role || ' ' || state as is from conversation_participants join profiles using (user_id) where conversation_id = $1",
    [id],
  );
  return Object.fromEntries(rows.map((row) => [row.handle, row.is]));
};
const call = (who: Person | null, text: string, values: readonly unknown[]) =>
  sqlStateOf(fixture.queryAs(who, `select app.${text}`, values));
/** A group in which all members have accepted. */
async function groupOf(admin: Person, ...others: Person[]): Promise<string> {
  const id = await conversations.open(admin, others, "Some of us");
  for (const each of others) await fixture.queryAs(each, "select app.answer_request($1, true)", [id]);
  return id;
}
const names = (people: readonly { id: string }[]) => people.map((person) => person.id).toSorted();

describe("a group", () => {
  test("the creator is admin, followers are accepted, strangers are requested, and the snapshot has them", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await conversations.follow(ben, ann);
    const id = await conversations.open(ann, [ben, cleo], "  Saturday market crew ");
    expect(await states(id)).toEqual({
      ann: "admin accepted",
      ben: "member accepted",
      cleo: "member requested",
    });
    const snapshot = conversationSnapshotSchema.parse(await conversations.selectLatestSnapshot(id));
    expect(snapshot).toMatchObject({ kind: "group", name: "Saturday market crew", version: 1 });
    expect(snapshot.cause).toMatchObject({ type: "created", name: "Saturday market crew", actorId: ann.id });
    expect(names(snapshot.cause?.people ?? [])).toEqual(names([ben, cleo]));
  });

  test("two accounts and a name are a group, besides their direct conversation", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    expect(await conversations.open(ann, [ben], "Plans")).not.toBe(await conversations.open(ann, [ben]));
  });

  test("admins rename, add, remove and set roles; each change publishes one snapshot with actor and accounts", async () => {
    const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    const id = await groupOf(ann, ben, cleo);
    const cause = async () => (await conversations.selectLatestSnapshot(id))?.cause;
    const steps = [
      ["rename_conversation($1, ' New ')", [id], { type: "renamed", name: "New", people: [] }],
      ["rename_conversation($1, null)", [id], { type: "renamed", name: null }],
      ["add_participants($1, $2)", [id, [dan.id, ben.id]], { type: "added", people: [{ id: dan.id }] }],
      ["set_participant_role($1, $2, 'admin')", [id, ben.id], { type: "promoted", people: [{ id: ben.id }] }],
      ["set_participant_role($1, $2, 'member')", [id, ben.id], { type: "demoted", people: [{ id: ben.id }] }],
      ["remove_participant($1, $2)", [id, cleo.id], { type: "removed", people: [{ id: cleo.id }] }],
    ] as const;
    let tellings = await conversations.countSnapshots(id);
    for (const [action, values, expected] of steps) {
      expect(await call(ann, action, values), action).toBe("accepted");
      expect(await cause()).toMatchObject({ ...expected, actorId: ann.id });
      tellings += 1;
      expect(await conversations.countSnapshots(id)).toBe(tellings);
    }
    expect(await states(id)).toMatchObject({ ben: "member accepted", cleo: "member removed" });
    // A command without effect publishes nothing.
    for (const [action, values] of [
      ["rename_conversation($1, '')", [id]],
      ["add_participants($1, $2)", [id, [ben.id, dan.id]]],
      ["set_participant_role($1, $2, 'member')", [id, ben.id]],
    ] as const)
      expect(await call(ann, action, values), action).toBe("accepted");
    expect(await conversations.countSnapshots(id)).toBe(tellings);
  });

  const actions = [
    ["rename_conversation($1, 'x')", (id: string) => [id]],
    ["add_participants($1, $2)", (id: string, other: Person) => [id, [other.id]]],
    ["remove_participant($1, $2)", (id: string, other: Person) => [id, other.id]],
    ["set_participant_role($1, $2, 'admin')", (id: string, other: Person) => [id, other.id]],
  ] as const;
  test.each(actions)(
    "%s is for admins: members are refused, all others find no such conversation",
    async (action, values) => {
      const [ann, ben, cleo, dan, eve] = await fixture.insertPeople("ann", "ben", "cleo", "dan", "eve");
      const id = await groupOf(ann, ben, cleo);
      await fixture.queryAs(ann, "select app.add_participants($1, $2)", [id, [dan.id]]);
      await fixture.queryAs(cleo, "select app.leave_conversation($1)", [id]);
      const by = (who: Person | null) => call(who, action, values(id, ann));
      expect(await Promise.all([by(ben), by(dan), by(cleo), by(eve), by(null)])).toEqual([
        "PZ403",
        "PZ403",
        "PZ404",
        "PZ404",
        "PZ401",
      ]);
      expect(await call(ann, action, values(randomUUID(), ben))).toBe("PZ404");
    },
  );

  test.each(actions)("%s is a CONFLICT in a direct conversation", async (action, values) => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    expect(await call(ann, action, values(id, ben))).toBe("PZ409");
  });

  test.each([
    ["leave_conversation($1)", (id: string) => [id]],
    ["silence_conversation($1, true)", (id: string) => [id]],
    ["answer_request($1, true)", (id: string) => [id]],
    ["answer_request($1, false)", (id: string) => [id]],
  ] as const)("%s is for members only", async (action, values) => {
    const [ann, ben, eve] = await fixture.insertPeople("ann", "ben", "eve");
    const id = await groupOf(ann, ben);
    await fixture.queryAs(ann, "select app.remove_participant($1, $2)", [id, ben.id]);
    for (const who of [ben, eve]) expect(await call(who, action, values(id))).toBe("PZ404");
    expect(await call(null, action, values(id))).toBe("PZ401");
    expect(await states(id)).toMatchObject({ ben: "member removed" });
  });

  test("unreachable accounts are not added, with the same errors as when opening", async () => {
    const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    const id = await groupOf(ann, ben);
    await conversations.block(cleo, ann);
    await conversations.block(ann, dan);
    const add = (...others: string[]) => call(ann, "add_participants($1, $2)", [id, others]);
    expect([await add(cleo.id), await add(randomUUID()), await add(dan.id), await add()]).toEqual([
      "PZ404",
      "PZ404",
      "PZ403",
      "PZ400",
    ]);
  });

  test("a group has at most a hundred members", async () => {
    const [ann, one] = await fixture.insertPeople("ann", "one");
    const others = await fixture.insertPeople(...Array.from({ length: 99 }, () => "other"));
    for (const other of others) await conversations.follow(other, ann);
    const id = await conversations.open(ann, others, "Everybody");
    expect(await call(ann, "add_participants($1, $2)", [id, [one.id]])).toBe("PZ409");
    expect((await conversations.selectLatestSnapshot(id))?.participants).toHaveLength(100);
  });

  test("invitations of strangers to groups count towards the daily limit, also after the stranger was removed", async () => {
    const [ann, ben, late] = await fixture.insertPeople("ann", "ben", "late");
    const strangers = await fixture.insertPeople(...Array.from({ length: 49 }, () => "stranger"));
    await conversations.follow(ben, ann);
    const ids = strangers.map((each) => each.id);
    const group = await conversations.open(ann, strangers.slice(0, 20), "Some");
    expect(await call(ann, "add_participants($1, $2)", [group, ids.slice(20)])).toBe("accepted");
    await fixture.queryAs(ann, "select app.remove_participant($1, $2)", [group, ids[0]]);
    // A follower does not count.
    expect(await call(ann, "add_participants($1, $2)", [group, [ben.id]])).toBe("accepted");
    expect(await call(ann, "open_conversation($1, 'More')", [[late.id, randomUUID()]])).toBe("PZ404");
    const [one, more] = await fixture.insertPeople("one", "more");
    expect(await call(ann, "open_conversation($1, 'More')", [[late.id, one.id]])).toBe("PZ429");
    expect(await call(ann, "add_participants($1, $2)", [group, [one.id, more.id]])).toBe("PZ429");
    expect(await call(ann, "open_conversation($1, null)", [[late.id]])).toBe("accepted");
    expect(await call(ann, "open_conversation($1, null)", [[one.id]])).toBe("PZ429");
    // An account that accepted does not count.
    await fixture.queryAs(
      late,
      "select app.answer_request(id, true) from conversations where kind = 'direct' and created_by = $1",
      [ann.id],
    );
    expect(await call(ann, "add_participants($1, $2)", [group, [one.id]])).toBe("accepted");
  });

  describe("a member who declined or left returns only by an own decision", () => {
    const add = (who: Person, id: string, other: Person) =>
      call(who, "add_participants($1, $2)", [id, [other.id]]);
    const accept = (who: Person, id: string) => call(who, "answer_request($1, true)", [id]);

    test.each([
      ["declined", "answer_request($1, false)"],
      ["left", "answer_request($1, true), app.leave_conversation($1)"],
    ])(
      "an admin cannot bring back an account that %s, also one that follows the admin",
      async (state, out) => {
        const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
        const id = await groupOf(ann, cleo);
        await add(ann, id, ben);
        await fixture.queryAs(ben, `select app.${out}`, [id]);
        await conversations.follow(ben, ann);
        const before = await conversations.countSnapshots(id);
        for (let attempt = 0; attempt < 3; attempt += 1) expect(await add(ann, id, ben)).toBe("accepted");
        expect(await conversations.countSnapshots(id)).toBe(before);
        expect(await states(id)).toMatchObject({ ben: `member ${state}` });
        expect(await accept(ben, id)).toBe("accepted");
        expect(await states(id)).toMatchObject({ ben: "member accepted" });
      },
    );

    test("the way back closes a day after leaving, and opens for seven days when an admin adds the account again", async () => {
      const [ann, ben] = await fixture.insertPeople("ann", "ben");
      const id = await groupOf(ann, ben);
      await fixture.queryAs(ben, "select app.leave_conversation($1)", [id]);
      const later = (interval: string) =>
        fixture.queryAsService(
          "update conversation_participants set may_return_until = may_return_until - $2::interval where conversation_id = $1",
          [id, interval],
        );
      await later("25 hours");
      expect(await accept(ben, id)).toBe("PZ404");
      expect(await add(ann, id, ben)).toBe("accepted");
      expect(await states(id)).toMatchObject({ ben: "member left" });
      await later("6 days");
      expect(await accept(ben, id)).toBe("accepted");
      await fixture.queryAs(ben, "select app.leave_conversation($1)", [id]);
      await add(ann, id, ben);
      await later("8 days");
      expect(await accept(ben, id)).toBe("PZ404");
    });

    test("an acceptance that a removal overtakes does not stay in the group", async () => {
      const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
      const id = await groupOf(ann, cleo);
      await add(ann, id, ben);
      await fixture.queryAs(ben, "select app.answer_request($1, false)", [id]);
      const accepting = await fixture.openTransactionAs(ben);
      await accepting.query("select app.answer_request($1, true)", [id]);
      const removing = call(ann, "remove_participant($1, $2)", [id, ben.id]);
      await fixture.waitForBlockedLock();
      await accepting.query("commit");
      expect(await removing).toBe("accepted");
      const snapshot = await conversations.selectLatestSnapshot(id);
      expect(snapshot?.participants.map((each) => each.id)).not.toContain(ben.id);
    });

    test("a return to a group that the account left publishes a notice, and what was written meanwhile is not unread", async () => {
      const [ann, ben] = await fixture.insertPeople("ann", "ben");
      const id = await groupOf(ann, ben);
      await fixture.queryAs(ben, "select app.leave_conversation($1)", [id]);
      const seq = await conversations.storeMessage(id, ann, "While Ben was away");
      await accept(ben, id);
      const [row] = await fixture.queryAsService(
        "select last_read_seq::int as read, unread from conversation_participants where conversation_id = $1 and user_id = $2",
        [id, ben.id],
      );
      expect(row).toEqual({ read: seq, unread: 0 });
      expect((await conversations.selectLatestSnapshot(id))?.cause).toMatchObject({
        type: "added",
        people: [{ id: ben.id }],
        actorId: ben.id,
      });
    });

    test.each([
      ["an admin blocks the account", (ann: Person, ben: Person) => conversations.block(ann, ben)],
      ["the account blocks an admin", (ann: Person, ben: Person) => conversations.block(ben, ann)],
    ])("not while %s: neither by accepting nor by another admin", async (_, block) => {
      const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
      const id = await groupOf(ann, cleo);
      await fixture.queryAs(ann, "select app.set_participant_role($1, $2, 'admin')", [id, cleo.id]);
      await add(ann, id, ben);
      await block(ann, ben);
      // Still invited: the block counts for an invitation as well.
      expect(await accept(ben, id)).toBe("PZ404");
      await fixture.queryAs(ben, "select app.answer_request($1, false)", [id]);
      expect(await accept(ben, id)).toBe("PZ404");
      await fixture.queryAs(ann, "select app.remove_participant($1, $2)", [id, ben.id]);
      expect(await add(cleo, id, ben)).toBe("accepted");
      expect(await states(id)).toMatchObject({ ben: "member removed" });
      // An unblocked account can be invited again, a day after the last invitation.
      await fixture.queryAs(ann, "delete from blocks where blocker_id = $1", [ann.id]);
      await fixture.queryAs(ben, "delete from blocks where blocker_id = $1", [ben.id]);
      await fixture.queryAsService(
        "update conversation_participants set joined_at = now() - interval '25 hours' where user_id = $1",
        [ben.id],
      );
      expect(await add(cleo, id, ben)).toBe("accepted");
      expect(await states(id)).toMatchObject({ ben: "member requested" });
    });

    test.each(["answer_request($1, false)", "leave_conversation($1)"])(
      "an admin ends the way back after %s by removing the account, without a notice",
      async (out) => {
        const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
        const id = await groupOf(ann, cleo);
        await add(ann, id, ben);
        await fixture.queryAs(ben, `select app.${out}`, [id]);
        const before = await conversations.countSnapshots(id);
        expect(await call(cleo, "remove_participant($1, $2)", [id, ben.id])).toBe("PZ403");
        expect(await call(ann, "remove_participant($1, $2)", [id, ben.id])).toBe("accepted");
        expect(await conversations.countSnapshots(id)).toBe(before);
        expect(await accept(ben, id)).toBe("PZ404");
        expect(await call(ann, "remove_participant($1, $2)", [id, ben.id])).toBe("PZ404");
      },
    );

    test("a stranger who was removed is not invited again on the same day", async () => {
      const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
      const id = await groupOf(ann, cleo);
      await add(ann, id, ben);
      await fixture.queryAs(ann, "select app.remove_participant($1, $2)", [id, ben.id]);
      expect(await add(ann, id, ben)).toBe("PZ429");
      expect(await states(id)).toMatchObject({ ben: "member removed" });
    });
  });

  test("the last admin cannot become a member, and a member who has not accepted cannot become admin", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const id = await groupOf(ann, ben);
    await fixture.queryAs(ann, "select app.add_participants($1, $2)", [id, [cleo.id]]);
    const set = (other: Person, role: string) =>
      call(ann, "set_participant_role($1, $2, $3)", [id, other.id, role]);
    expect(await set(ann, "member")).toBe("PZ409");
    expect(await set(cleo, "admin")).toBe("PZ409");
    expect(await set(ben, "owner")).toBe("PZ400");
    expect(await set(ben, "admin")).toBe("accepted");
    expect(await set(ann, "member")).toBe("accepted");
  });

  test("when the last admin leaves, the member who joined first becomes admin, with a notice for each", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const id = await groupOf(ann, ben, cleo);
    await fixture.queryAsService(
      "update conversation_participants set joined_at = now() - interval '1 day' where conversation_id = $1 and user_id = $2",
      [id, cleo.id],
    );
    // Removing oneself is leaving.
    expect(await call(ann, "remove_participant($1, $2)", [id, ann.id])).toBe("accepted");
    expect(await states(id)).toEqual({
      ann: "member left",
      ben: "member accepted",
      cleo: "admin accepted",
    });
    const causes = await fixture.queryAsService<{ cause: unknown }>(
      "select data -> 'cause' as cause from outbox where topic = 'conversation:' || $1::uuid order by id desc limit 2",
      [id],
    );
    expect(causes.map((row) => row.cause)).toMatchObject([
      { type: "promoted", people: [{ id: cleo.id }], actorId: null },
      { type: "left", people: [{ id: ann.id }], actorId: ann.id },
    ]);
  });

  test("in a group without accepted members, the first to accept becomes admin", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben], "Two");
    await fixture.queryAs(ann, "select app.leave_conversation($1)", [id]);
    await fixture.queryAs(ben, "select app.answer_request($1, true)", [id]);
    expect(await states(id)).toEqual({ ann: "member left", ben: "admin accepted" });
  });

  test("silencing affects the viewer only and is in the snapshot", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await groupOf(ann, ben);
    const before = await conversations.countSnapshots(id);
    for (let time = 0; time < 2; time += 1) await call(ben, "silence_conversation($1, true)", [id]);
    expect(await conversations.countSnapshots(id)).toBe(before + 1);
    const snapshot = await conversations.selectLatestSnapshot(id);
    expect(snapshot?.cause).toBeNull();
    expect(snapshot?.participants.map((each) => [each.id === ben.id, each.isMuted])).toEqual(
      expect.arrayContaining([
        [true, true],
        [false, false],
      ]),
    );
  });
});
