// A conversation reads the same from its room and from Postgres, once the room has archived it.
import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { selectConversation, selectMessages } from "../../../db/reads/conversations.reads.ts";
import { createConversationFixture } from "../../../db/testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person } from "../../../db/testing/fixtures.ts";
import { conversationSnapshotSchema } from "../../outbox/conversation-snapshot.ts";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { Archive } from "./archive.ts";
import { archiveStore } from "./archive-store.ts";
import { ConversationCore } from "./conversation-core.ts";
import { overviewOf, pageOf } from "./pages.ts";

const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);

/** The core of a room that has loaded the conversation from Postgres. */
async function roomOf(id: string) {
  const store = archiveStore(() => fixture.client());
  const room = new ConversationCore(memorySql(), { now: () => Date.now(), newId: uuidv7 });
  const found = await store.load(id, 50);
  if (!found) throw new Error("no such conversation");
  room.start(conversationSnapshotSchema.parse(found.snapshot), found.tail);
  const archive = new Archive(room, () => store, { now: Date.now, scheduler: fakeScheduler().scheduler });
  return {
    room,
    /** Takes the newest roster from the outbox. */
    async takeRoster() {
      const snapshot = conversationSnapshotSchema.parse(await conversations.selectLatestSnapshot(id));
      room.apply({ type: "roster.snapshot", snapshot, rowId: randomUUID() });
    },
    async flush() {
      expect(await archive.flush()).toBe(true);
      expect(archive.isDirty).toBe(false);
    },
  };
}

async function fromPostgres(who: Person, id: string) {
  const { results } = await fixture
    .client()
    .asViewer(who.token, [selectMessages(id, null, 50), selectConversation(id)]);
  // The sender of a request is read from Postgres only.
  const { sender: _, ...conversation } = results[1][0]?.view ?? {};
  return { items: results[0].filter((row) => !row.is_quoted).map((row) => row.view), conversation };
}

function fromRoom(room: ConversationCore, who: Person) {
  const page = pageOf(room, who.id, { limit: 50 });
  const overview = overviewOf(room, who.id);
  if (!page.ok || !overview.ok) throw new Error("not in it");
  // Postgres has no revisions: it answers 0.
  return { items: page.items, conversation: { ...overview.conversation, rev: 0 } };
}

describe("reading from the room and from Postgres", () => {
  test("is the same for every member of a group: text, edits, reactions, notices, receipts, blocks and mutes", async () => {
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
    const { room, takeRoster, flush } = await roomOf(id);
    await takeRoster();
    const send = (who: Person, body: string, replyTo: number | null = null) => {
      const reply = room.apply({
        type: "message.send",
        userId: who.id,
        clientId: randomUUID(),
        body,
        replyTo,
      }).reply;
      if (!reply?.ok || !reply.ack) throw new Error("refused");
      return reply.ack.seq;
    };
    const first = send(ann, "first \0 words");
    send(ben, "second", first);
    const third = send(cleo, "third\n\n  and   last");
    room.apply({ userId: ben.id, type: "message.react", ref: "r", seq: first, emoji: "👍", isOn: true });
    room.apply({ userId: cleo.id, type: "message.react", ref: "r", seq: first, emoji: "👍", isOn: true });
    room.apply({ userId: cleo.id, type: "message.react", ref: "r", seq: first, emoji: "🎉", isOn: true });
    room.apply({ userId: ann.id, type: "message.edit", ref: "r", seq: first, body: "first words" });
    room.apply({ type: "receipt.delivered", userId: dan.id, seq: third });
    room.apply({ type: "receipt.read", userId: ben.id, seq: first });
    room.apply({ type: "receipt.read", userId: cleo.id, seq: third });
    await flush();
    for (const who of people) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));

    room.apply({ userId: cleo.id, type: "message.delete", ref: "r", seq: third });
    await fixture.queryAs(ann, "select app.rename_conversation($1, 'Renamed')", [id]);
    await takeRoster();
    await flush();
    for (const who of people) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));
    const again = await roomOf(id);
    for (const who of people) expect(fromRoom(again.room, who)).toEqual(fromRoom(room, who));
  });

  test("is the same in a direct conversation: a request, its refusal, which the sender does not see, a block", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const id = await conversations.open(ann, [ben]);
    const { room, takeRoster, flush } = await roomOf(id);
    room.apply({ type: "message.send", userId: ann.id, clientId: randomUUID(), body: "hello" }).reply;
    room.apply({ type: "receipt.read", userId: ben.id, seq: 1 });
    await flush();
    for (const who of [ann, ben]) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));
    await fixture.queryAs(ben, "select app.answer_request($1, false)", [id]);
    await takeRoster();
    expect(await fromPostgres(ann, id)).toEqual(fromRoom(room, ann));
    expect(pageOf(room, ben.id, { limit: 1 })).toMatchObject({ code: "NOT_FOUND" });
    await fixture.queryAs(ben, "select app.answer_request($1, true)", [id]);
    await conversations.block(ann, ben);
    await takeRoster();
    for (const who of [ann, ben]) expect(await fromPostgres(who, id)).toEqual(fromRoom(room, who));
    expect(
      room.apply({ type: "message.send", userId: ben.id, clientId: randomUUID(), body: "x" }).reply,
    ).toMatchObject({ code: "FORBIDDEN" });
  });
});
