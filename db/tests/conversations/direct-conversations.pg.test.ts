import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { conversationSnapshotSchema } from "../../views/conversation-snapshot.view.ts";

/** Opening direct conversations and answering requests, and the snapshots they publish. */
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

describe("opening a direct conversation", () => {
  test("there is one for every two accounts, whoever opens it, and one snapshot is published", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    expect(await conversations.open(ben, [ann])).toBe(id);
    expect(await conversations.open(ann, [ben, ann, ben])).toBe(id);
    expect(await conversations.countSnapshots(id)).toBe(1);
    const snapshot = conversationSnapshotSchema.parse(await conversations.selectLatestSnapshot(id));
    expect(snapshot).toMatchObject({
      id,
      kind: "direct",
      name: null,
      version: 1,
      lastSeq: 0,
      createdBy: ann.id,
    });
    expect(snapshot).toMatchObject({ absent: [], declinedBy: [], hidden: [], cause: null });
    expect(names(snapshot.participants)).toEqual(names([ann, ben]));
  });

  test("concurrent opening by both creates one", async () => {
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

  test("a stranger is requested, a follower is accepted at once", async () => {
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

  test("across a block it is FORBIDDEN for the blocker and NOT_FOUND for the blocked account; a mute has no effect", async () => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    await conversations.block(ann, ben);
    await conversations.mute(ann, cleo);
    expect(await call(ben, "open_conversation($1, null)", [[ann.id]])).toBe("PZ404");
    expect(await call(ann, "open_conversation($1, null)", [[ben.id]])).toBe("PZ403");
    expect(await call(cleo, "open_conversation($1, null)", [[ann.id]])).toBe("accepted");
    expect(await call(null, "open_conversation($1, null)", [[ann.id]])).toBe("PZ401");
  });

  test("the 51st invitation of a stranger within a day is RATE_LIMITED; followers do not count", async () => {
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
  test("accepting makes the account a member; again, it changes nothing; declining afterwards is a CONFLICT", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    for (let time = 0; time < 2; time += 1)
      expect(await call(ben, "answer_request($1, true)", [id])).toBe("accepted");
    expect(await conversations.countSnapshots(id)).toBe(2);
    expect(await states(id)).toMatchObject({ ben: "member accepted" });
    expect(await call(ben, "answer_request($1, false)", [id])).toBe("PZ409");
  });

  test("a declined request still looks pending to the account that sent it", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    expect(await call(ben, "answer_request($1, false)", [id])).toBe("accepted");
    const snapshot = await conversations.selectLatestSnapshot(id);
    expect(names(snapshot?.participants ?? [])).toEqual([ann.id]);
    expect(snapshot?.declinedBy).toEqual([ben.id]);
    expect(snapshot?.absent).toMatchObject([{ id: ben.id, state: "requested" }]);
    expect(snapshot?.cause).toBeNull();
    // Opening it again by the account that sent the request does not change the answer.
    expect(await conversations.open(ann, [ben])).toBe(id);
    expect(await states(id)).toMatchObject({ ben: "member declined" });
  });

  test("a declined request can be accepted later, or by opening the conversation", async () => {
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

  test("leaving a direct conversation is not visible to the other account, and opening it again restores it", async () => {
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

  test("blocking the sender declines the request", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    await conversations.block(ben, ann);
    expect(await states(id)).toMatchObject({ ben: "member declined" });
    expect((await conversations.selectLatestSnapshot(id))?.hidden).toHaveLength(2);
  });
});
