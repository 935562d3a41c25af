import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { conversationSnapshotSchema } from "../../views/conversation-snapshot.view.ts";

/** Opening conversations and answering, and what the room is told of it. */
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
const names = (people: readonly { id: string }[]) => people.map((person) => person.id).toSorted();

describe("opening a conversation of two", () => {
  test("there is one for every two, whoever opens it, and it is told once", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    expect(await conversations.open(ben, [ann])).toBe(id);
    expect(await conversations.open(ann, [ben, ann, ben])).toBe(id);
    expect(await conversations.countSnapshots(id)).toBe(1);
    const told = conversationSnapshotSchema.parse(await conversations.selectLatestSnapshot(id));
    expect(told).toMatchObject({ id, kind: "direct", name: null, version: 1, lastSeq: 0, createdBy: ann.id });
    expect(told).toMatchObject({ absent: [], declinedBy: [], hidden: [], cause: null });
    expect(names(told.participants)).toEqual(names([ann, ben]));
  });

  test("both at the same moment: still one", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const open = "select app.open_conversation($1, null) as id";
    const anns = await fixture.openTransactionAs(ann);
    const first = (await anns.query(open, [[ben.id]])).rows[0]?.id;
    const second = fixture.queryAs<{ id: string }>(ben, open, [[ann.id]]);
    await fixture.waitForBlockedLock();
    await anns.query("commit");
    expect((await second)[0]?.id).toBe(first);
    expect(await conversations.countSnapshots(first)).toBe(1);
  });

  test("a stranger is asked, a follower is in at once", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await conversations.follow(ben, ann);
    expect(await states(await conversations.open(ann, [ben]))).toEqual({
      ann: "member accepted",
      ben: "member accepted",
    });
    expect(await states(await conversations.open(ann, [cleo]))).toEqual({
      ann: "member accepted",
      cleo: "member requested",
    });
  });

  test.each([
    ["nobody", (): string[] => [], "PZ400"],
    ["oneself", (ann: Person) => [ann.id], "PZ400"],
    ["someone unknown", () => [randomUUID()], "PZ404"],
    ["a hundred others", () => Array.from({ length: 100 }, () => randomUUID()), "PZ400"],
  ] as const)("with %s is refused", async (_, others, code) => {
    const [ann] = await fixture.insertPeople("ann");
    expect(await call(ann, "open_conversation($1, null)", [others(ann)])).toBe(code);
  });

  test("across a block is refused, and only to the blocker says why; a mute stops nobody", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await conversations.block(ann, ben);
    await conversations.mute(ann, cleo);
    expect(await call(ben, "open_conversation($1, null)", [[ann.id]])).toBe("PZ404");
    expect(await call(ann, "open_conversation($1, null)", [[ben.id]])).toBe("PZ403");
    expect(await call(cleo, "open_conversation($1, null)", [[ann.id]])).toBe("accepted");
    expect(await call(null, "open_conversation($1, null)", [[ann.id]])).toBe("PZ401");
  });

  test("the fifty-first stranger of a day is one too many; a follower never is", async () => {
    const [ann, late, fan] = await fixture.insertPeople("ann", "late", "fan");
    const strangers = await fixture.insertPeople(...Array.from({ length: 50 }, () => "stranger"));
    await conversations.follow(fan, ann);
    for (const stranger of strangers) await conversations.open(ann, [stranger]);
    expect(await call(ann, "open_conversation($1, null)", [[late.id]])).toBe("PZ429");
    expect(await call(ann, "open_conversation($1, null)", [[strangers[0]?.id]])).toBe("accepted");
    expect(await call(ann, "open_conversation($1, null)", [[fan.id]])).toBe("accepted");
    await fixture.queryAsService(
      "update conversation_participants set joined_at = now() - interval '25 hours' where invited_by = $1",
      [ann.id],
    );
    expect(await call(ann, "open_conversation($1, null)", [[late.id]])).toBe("accepted");
  });
});

describe("answering a request", () => {
  test("a yes is in; said again it changes nothing; a no after it is refused", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    for (let time = 0; time < 2; time += 1)
      expect(await call(ben, "answer_request($1, true)", [id])).toBe("accepted");
    expect(await conversations.countSnapshots(id)).toBe(2);
    expect(await states(id)).toMatchObject({ ben: "member accepted" });
    expect(await call(ben, "answer_request($1, false)", [id])).toBe("PZ409");
  });

  test("a no is told to nobody: to the opener it looks as if the answer was to come", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    expect(await call(ben, "answer_request($1, false)", [id])).toBe("accepted");
    const told = await conversations.selectLatestSnapshot(id);
    expect(names(told?.participants ?? [])).toEqual([ann.id]);
    expect(told?.declinedBy).toEqual([ben.id]);
    expect(told?.absent).toMatchObject([{ id: ben.id, state: "requested" }]);
    expect(told?.cause).toBeNull();
    // Opening it again is the opener's own affair, and still no answer.
    expect(await conversations.open(ann, [ben])).toBe(id);
    expect(await states(id)).toMatchObject({ ben: "member declined" });
  });

  test("a no can be taken back: by opening it, or by a yes", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    for (const [who, action] of [
      [ben, "open_conversation($1, null)"],
      [cleo, "answer_request($1, true)"],
    ] as const) {
      const id = await conversations.open(ann, [who]);
      await fixture.queryAs(who, "select app.answer_request($1, false)", [id]);
      expect(await call(who, action, [who === ben ? [ann.id] : id])).toBe("accepted");
      expect((await conversations.selectLatestSnapshot(id))?.declinedBy).toEqual([]);
      expect(Object.values(await states(id))).toEqual(["member accepted", "member accepted"]);
    }
  });

  test("one who leaves a conversation of two is away until they open it, and it is told to nobody", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await conversations.follow(ben, ann);
    const id = await conversations.open(ann, [ben]);
    await fixture.queryAs(ben, "select app.leave_conversation($1)", [id]);
    expect(await conversations.selectLatestSnapshot(id)).toMatchObject({
      declinedBy: [ben.id],
      absent: [{ id: ben.id, state: "accepted" }],
      cause: null,
    });
    expect(await conversations.open(ben, [ann])).toBe(id);
    expect((await conversations.selectLatestSnapshot(id))?.absent).toEqual([]);
  });

  test("a block answers the request of the one who is blocked", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    await conversations.block(ben, ann);
    expect(await states(id)).toMatchObject({ ben: "member declined" });
    expect((await conversations.selectLatestSnapshot(id))?.hidden).toHaveLength(2);
  });
});
