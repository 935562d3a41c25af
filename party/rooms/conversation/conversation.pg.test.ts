// A conversation's room and Postgres say the same: what was handed over reads as the room itself would show it.
import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { selectConversation, selectMessages } from "../../../db/reads/conversations.reads.ts";
import { createConversationFixture } from "../../../db/testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person } from "../../../db/testing/fixtures.ts";
import { conversationSnapshotSchema } from "../../outbox/conversation-snapshot.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { Conversation } from "./conversation-core.ts";
import { conversationStore, Drain } from "./drain.ts";
import { overviewOf, pageOf } from "./pages.ts";

const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);

/** A room's core over its own storage, with Postgres behind it. */
async function roomOf(id: string) {
  const store = conversationStore(fixture.client());
  const room = new Conversation(memorySql(), { now: () => Date.now(), newId: uuidv7 });
  const found = await store.load(id, 50);
  if (!found) throw new Error("no such conversation");
  room.begin(conversationSnapshotSchema.parse(found.snapshot), found.tail);
  const drain = new Drain(room, () => store, Date.now);
  return {
    room,
    /** Takes the newest roster from the outbox. */
    async hear() {
      const snapshot = conversationSnapshotSchema.parse(await conversations.selectLatestSnapshot(id));
      room.takeRoster(snapshot, randomUUID());
    },
    async drained() {
      expect(await drain.run()).toBe(true);
      expect(drain.isDirty).toBe(false);
    },
  };
}

async function fromPostgres(who: Person, id: string) {
  const { results } = await fixture
    .client()
    .asViewer(who.token, [selectMessages(id, null, 50), selectConversation(id)]);
  // Who a stranger is that asks, only Postgres knows.
  const { sender: _, ...conversation } = results[1][0]?.view ?? {};
  return { items: results[0].filter((row) => !row.is_quoted).map((row) => row.view), conversation };
}

function fromRoom(room: Conversation, who: Person) {
  const page = pageOf(room, who.id, { limit: 50 });
  const overview = overviewOf(room, who.id);
  if (!page.ok || !overview.ok) throw new Error("not in it");
  // Postgres knows no revs: there it is 0.
  return { items: page.items, conversation: { ...overview.conversation, rev: 0 } };
}

describe("reading from the room and from Postgres", () => {
  test("is the same for everybody in a group: words, edits, reactions, notices, receipts, blocks and mutes", async () => {
    const people = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    const [ann, ben, cleo, dan] = people;
    for (const each of [ben, cleo]) await conversations.follow(each, ann);
    const id = await conversations.open(ann, [ben, cleo, dan], "Some of us");
    await conversations.block(ben, cleo);
    await conversations.mute(ann, cleo);
    await fixture.queryAs(
      cleo,
      "update user_settings set shares_receipts = false where user_id = app.viewer()",
      [],
    );
    const { room, hear, drained } = await roomOf(id);
    await hear();
    const say = (who: Person, body: string, replyTo: number | null = null) => {
      const said = room.send(who.id, { clientId: randomUUID(), body, replyTo });
      if (!said.ok) throw new Error(said.code);
      return said.ack.seq;
    };
    const first = say(ann, "first \0 words");
    say(ben, "second", first);
    const third = say(cleo, "third\n\n  and   last");
    room.change(ben.id, { type: "message.react", ref: "r", seq: first, emoji: "👍", isOn: true });
    room.change(cleo.id, { type: "message.react", ref: "r", seq: first, emoji: "👍", isOn: true });
    room.change(cleo.id, { type: "message.react", ref: "r", seq: first, emoji: "🎉", isOn: true });
    room.change(ann.id, { type: "message.edit", ref: "r", seq: first, body: "first words" });
    room.deliver(dan.id, third);
    room.read(ben.id, first);
    room.read(cleo.id, third);
    await drained();
    for (const who of people) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));

    room.change(cleo.id, { type: "message.delete", ref: "r", seq: third });
    await fixture.queryAs(ann, "select app.rename_conversation($1, 'Renamed')", [id]);
    await hear();
    await drained();
    for (const who of people) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));
    const again = await roomOf(id);
    for (const who of people) expect(fromRoom(again.room, who)).toEqual(fromRoom(room, who));
  });

  test("is the same in a conversation of two: a request, its refusal that nobody sees, a block", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    const { room, hear, drained } = await roomOf(id);
    room.send(ann.id, { clientId: randomUUID(), body: "hello" });
    room.read(ben.id, 1);
    await drained();
    for (const who of [ann, ben]) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));
    await fixture.queryAs(ben, "select app.answer_request($1, false)", [id]);
    await hear();
    expect(await fromPostgres(ann, id)).toEqual(fromRoom(room, ann));
    expect(pageOf(room, ben.id, { limit: 1 })).toMatchObject({ code: "NOT_FOUND" });
    await fixture.queryAs(ben, "select app.answer_request($1, true)", [id]);
    await conversations.block(ann, ben);
    await hear();
    for (const who of [ann, ben]) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));
    expect(room.send(ben.id, { clientId: randomUUID(), body: "x" })).toMatchObject({ code: "FORBIDDEN" });
  });
});
