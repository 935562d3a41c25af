import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { selectMessageBySeq, selectNewestMessages } from "../../reads/conversations.reads.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";
import { storedMessageSchema } from "../../views/conversation-snapshot.view.ts";

/** Batches of rooms, and the list's preview. */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
const { buildMessage, buildPointer, storeBatch } = conversations;
let ann: Person;
let ben: Person;
let id: string;
beforeAll(async () => {
  [ann, ben] = await fixture.insertPeople("ann", "ben");
});
const fresh = async () => {
  id = await conversations.open(ann, [ben], randomUUID());
  return id;
};
const last = async () =>
  (
    await fixture.queryAsService(
      `select last_message_seq::int as seq, last_message_preview as preview, last_message_sender_id as sender, last_message_kind as kind,
         last_message_is_deleted as is_deleted, last_message_notice as notice, app.iso(last_message_at) as at from conversations where id = $1`,
      [id],
    )
  )[0];
const stored = () =>
  fixture.queryAsService<{ seq: number; content: string; version: number }>(
    "select seq::int, content, version from messages where conversation_id = $1 order by seq",
    [id],
  );
const places = async () =>
  (
    await fixture.queryAsService(
      `select p.user_id = $2 as is_ann, delivered_seq::int as delivered, app.iso(delivered_at) as delivered_at, last_read_seq::int as read,
         app.iso(last_read_at) as read_at, unread from conversation_participants p where conversation_id = $1 and user_id = $2`,
      [id, ann.id],
    )
  )[0];

describe("update_conversation_on_message (000-52)", () => {
  test("the preview is the newest message of a batch, on one line, up to 140 characters", async () => {
    await fresh();
    const long = `First\nline,   and\tmore: ${"ž".repeat(200)}`;
    await storeBatch(id, { messages: [buildMessage(2, ben, long), buildMessage(1, ann, "Older")] });
    expect(await last()).toEqual({
      seq: 2,
      preview: `First line, and more: ${"ž".repeat(200)}`.slice(0, 140),
      sender: ben.id,
      kind: "text",
      is_deleted: false,
      notice: null,
      at: "2026-01-01T00:00:02.000Z",
    });
  });

  test("an older message never replaces a newer preview, whether it is stored or edited late", async () => {
    await fresh();
    await storeBatch(id, { messages: [buildMessage(3, ann, "Three")] });
    await storeBatch(id, { messages: [buildMessage(1, ann, "One"), buildMessage(2, ben, "Two")] });
    await storeBatch(id, { messages: [buildMessage(2, ben, "Two, better", { version: 2 })] });
    expect(await last()).toMatchObject({ seq: 3, preview: "Three" });
  });

  test("editing and deleting the newest message changes the preview; its seq stays", async () => {
    await fresh();
    const first = buildMessage(1, ann, "Regretted");
    await storeBatch(id, { messages: [first] });
    await storeBatch(id, { messages: [{ ...first, body: "Mended", version: 2 }] });
    expect(await last()).toMatchObject({ preview: "Mended" });
    // Content of a deleted message is not stored, also when a batch has it.
    await storeBatch(id, { messages: [{ ...first, isDeleted: true, version: 3 }] });
    expect(await last()).toMatchObject({ seq: 1, preview: "", is_deleted: true });
    expect(await stored()).toEqual([{ seq: 1, content: "", version: 3 }]);
  });

  test("a notice is stored with its data", async () => {
    await fresh();
    const notice = { type: "renamed" as const, people: [], name: "New" };
    await storeBatch(id, { messages: [buildMessage(1, ann, "", { kind: "notice", notice })] });
    expect(await last()).toMatchObject({ kind: "notice", preview: "", notice });
  });

  test("a batch updates the conversation's row once, not once per message", async () => {
    await fresh();
    const version = async () =>
      (
        await fixture.queryAsService<{ n: number }>(
          "select n_tup_upd::int as n from pg_stat_xact_user_tables where relname = 'conversations'",
        )
      )[0]?.n;
    expect(await version()).toBe(0);
    const [row] = await fixture.queryAsService<{ n: number }>(
      `with batch as materialized (select app.store_conversation($1, $2))
       select (select count(*) from batch)::int * 0 + (select n_tup_upd::int from pg_stat_xact_user_tables where relname = 'conversations') as n`,
      [
        id,
        JSON.stringify({
          messages: Array.from({ length: 50 }, (_, at) => buildMessage(at + 1, ann, "x")),
          pointers: [],
        }),
      ],
    );
    expect(row?.n).toBe(1);
  });
});

describe("store_conversation", () => {
  test("repeated, delayed or partial batches give the same result", async () => {
    const batches = [
      { messages: [buildMessage(1, ann, "One"), buildMessage(2, ben, "Two")] },
      { messages: [buildMessage(3, ann, "Three")] },
    ];
    const edited = {
      ...(batches[0]?.messages[0] as ReturnType<typeof buildMessage>),
      body: "One!",
      version: 2,
    };
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [0, 0, 2, 2, 1, 1],
      [1, 2, 0, 1],
    ];
    const all = [...batches, { messages: [edited] }];
    for (const order of orders) {
      await fresh();
      for (const at of order) await storeBatch(id, all[at] ?? {});
      expect(await stored()).toEqual([
        { seq: 1, content: "One!", version: 2 },
        { seq: 2, content: "Two", version: 1 },
        { seq: 3, content: "Three", version: 1 },
      ]);
    }
  });

  test("concurrent batches of one conversation are both stored", async () => {
    await fresh();
    await Promise.all(
      Array.from({ length: 6 }, (_, batch) =>
        storeBatch(id, {
          messages: Array.from({ length: 20 }, (_, at) =>
            buildMessage(batch * 10 + at + 1, ann, `Word ${batch * 10 + at + 1}`),
          ),
        }),
      ),
    );
    expect(await stored()).toHaveLength(70);
    expect(await last()).toMatchObject({ seq: 70, preview: "Word 70" });
  });

  test("a batch of a deleted conversation is ignored; a deleted sender becomes null", async () => {
    await storeBatch(randomUUID(), {
      messages: [buildMessage(1, ann, "x")],
      pointers: [buildPointer(ann, { readSeq: 1 })],
    });
    await fresh();
    const [gone] = await fixture.insertPeople("gone");
    await fixture.queryAsService("delete from users where id = $1", [gone.id]);
    await storeBatch(id, {
      messages: [buildMessage(1, gone, "x")],
      pointers: [buildPointer(gone, { readSeq: 1 })],
    });
    expect(
      await fixture.queryAsService("select sender_id from messages where conversation_id = $1", [id]),
    ).toEqual([{ sender_id: null }]);
  });

  test("pointers only increase, each with its time", async () => {
    await fresh();
    const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
    const storePointer = (more: Parameters<typeof buildPointer>[1]) =>
      storeBatch(id, { pointers: [buildPointer(ann, more)] });
    await storePointer({ deliveredSeq: 5, deliveredAt: at(1), readSeq: 3, readAt: at(2), unread: 2 });
    const reached = { delivered: 5, delivered_at: at(1), read: 3, read_at: at(2), unread: 2 };
    expect(await places()).toMatchObject(reached);
    await storePointer({ deliveredSeq: 4, deliveredAt: at(3), readSeq: 2, readAt: at(4), unread: 9 });
    expect(await places()).toMatchObject(reached);
    await storePointer({ deliveredSeq: 5, deliveredAt: at(5), readSeq: 5, readAt: at(6), unread: 0 });
    expect(await places()).toMatchObject({ ...reached, read: 5, read_at: at(6), unread: 0 });
  });

  test("the unread count is stored, unless it was computed before newer messages or a greater read pointer", async () => {
    await fresh();
    await storeBatch(id, {
      messages: [buildMessage(4, ben, "x")],
      pointers: [buildPointer(ann, { readSeq: 1, unread: 3 })],
    });
    // Outdated: computed before the fourth message.
    await storeBatch(id, {
      messages: [buildMessage(3, ben, "x")],
      pointers: [buildPointer(ann, { readSeq: 1, unread: 2 })],
    });
    expect(await places()).toMatchObject({ unread: 3 });
    await storeBatch(id, { pointers: [buildPointer(ann, { readSeq: 4, unread: 0 })] });
    await storeBatch(id, {
      messages: [buildMessage(4, ben, "x")],
      pointers: [buildPointer(ann, { readSeq: 1, unread: 3 })],
    });
    expect(await places()).toMatchObject({ read: 4, unread: 0 });
    // The room computed the count again, for example after a mute.
    await storeBatch(id, {
      messages: [buildMessage(5, ben, "x")],
      pointers: [buildPointer(ann, { readSeq: 4, unread: 1 })],
    });
    await storeBatch(id, { pointers: [buildPointer(ann, { readSeq: 4, unread: 0 })] });
    expect(await places()).toMatchObject({ unread: 0 });
  });

  test("characters that Postgres rejects do not fail the batch", async () => {
    await fresh();
    await storeBatch(id, {
      messages: [buildMessage(1, ann, "a\0b \ud83d c"), buildMessage(2, ann, 'q"\\u0000')],
    });
    expect((await stored()).map((row) => row.content)).toEqual(["a\uFFFDb \uFFFD c", 'q"\\u0000']);
  });

  test("a message acknowledged again with a new seq is stored twice, with its client id once", async () => {
    await fresh();
    const first = buildMessage(1, ann, "Once");
    await storeBatch(id, { messages: [first] });
    await storeBatch(id, { messages: [{ ...first, id: randomUUID(), seq: 2 }] });
    expect(
      await fixture.queryAsService(
        "select seq::int, client_id from messages where conversation_id = $1 order by seq",
        [id],
      ),
    ).toEqual([
      { seq: 1, client_id: first.clientId },
      { seq: 2, client_id: null },
    ]);
  });

  test("a room loads what it stored, newest first, and one message by its seq", async () => {
    await fresh();
    const all = [
      buildMessage(1, ann, "One", { reactions: { "👍": [ben.id, ann.id], "🍞": [ann.id] } }),
      buildMessage(2, ben, "Two", { replyTo: 1, editedAt: "2026-01-01T00:05:00.000Z", version: 4 }),
      buildMessage(3, ann, "", { kind: "notice", notice: { type: "left", people: [], name: null } }),
      buildMessage(4, ben, "", { isDeleted: true, version: 2 }),
    ];
    await storeBatch(id, { messages: all });
    const [tail, [one], none] = await fixture
      .client()
      .asService([selectNewestMessages(id, 3), selectMessageBySeq(id, 1), selectMessageBySeq(id, 9)]);
    expect(tail.map((row) => storedMessageSchema.parse(row.message))).toEqual(all.slice(1).reverse());
    expect(one?.message).toEqual(all[0]);
    expect(none).toEqual([]);
  });
});
