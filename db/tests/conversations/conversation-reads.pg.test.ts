import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type ConversationRow,
  selectConversation,
  selectConversationSnapshot,
  selectConversationSummaries,
  selectConversations,
  selectMessages,
  selectOpenedConversation,
} from "../../reads/conversations.reads.ts";
import { cutPage, decodeCursor, encodeCursor, type TimeKey, timeKey } from "../../reads/cursor.ts";
import { createConversationFixture } from "../../testing/conversation-fixtures.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";
import { type Conversation, conversationSchema, messageSchema } from "../../views/conversation.view.ts";
import {
  conversationSnapshotSchema,
  conversationSummarySchema,
} from "../../views/conversation-snapshot.view.ts";
import { openConversation } from "../../writes/conversations.writes.ts";

/** Conversations as viewers read them: the list, one conversation, its messages. */
const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);
const { buildMessage, buildPointer, storeBatch } = conversations;
const client = () => fixture.client();

async function view(who: Person, id: string): Promise<Conversation | undefined> {
  const { results } = await client().asViewer(who.token, [selectConversation(id)]);
  return results[0][0] && conversationSchema.parse(results[0][0].view);
}
const of = (who: Person, conversation: Conversation | undefined) =>
  conversation?.participants.find((each) => each.id === who.id);
async function page(who: Person, id: string, before: number | null = null, limit = 50) {
  const { results } = await client().asViewer(who.token, [selectMessages(id, before, limit)]);
  return results[0].map((row) => ({ ...messageSchema.parse(row.view), isQuoted: row.is_quoted }));
}

let ann: Person;
let ben: Person;
let cleo: Person;
let dan: Person;
beforeAll(async () => {
  [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
});
const accept = (who: Person, id: string) => fixture.queryAs(who, "select app.answer_request($1, true)", [id]);

describe("opening returns the conversation", () => {
  test("and whether it is new, also for a repeated request", async () => {
    const open = (claim: { key: string; fingerprint: string } | null) =>
      client().writeAsViewer(ann.token, claim, [
        openConversation([ben.id], null),
        selectOpenedConversation(),
      ]);
    const claim = { key: randomUUID(), fingerprint: "open" };
    const first = await open(claim);
    expect(first.outbox.map((row) => row.type)).toEqual(["conversation.snapshot"]);
    expect(conversationSchema.parse(first.views[0]?.conversation).participants).toHaveLength(2);
    expect(first.views[0]?.isNew).toBe(true);
    expect((await open(claim)).views).toEqual(first.views);
    const again = await open(null);
    expect(again.outbox).toEqual([]);
    expect(again.views[0]).toMatchObject({
      isNew: false,
      conversation: { id: first.views[0]?.conversation.id },
    });
  });
});

describe("the list", () => {
  async function walk(who: Person, state: "accepted" | "requested", meanwhile: () => Promise<unknown>) {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const after: TimeKey | null = cursor === null ? null : decodeCursor("list", timeKey, cursor);
      const { results } = await client().asViewer(who.token, [selectConversations(state, after, 3)]);
      const cut: { rows: ConversationRow[]; nextCursor: string | null } = cutPage(results[0], 3, (row) =>
        encodeCursor("list", [row.at, row.id]),
      );
      ids.push(...cut.rows.map((row) => conversationSchema.parse(row.view).id));
      cursor = cut.nextCursor;
      await meanwhile();
    } while (cursor !== null);
    return ids;
  }

  test("newest message first, ties by id; no row is repeated or skipped while new conversations are added", async () => {
    const [eve, ...others] = await fixture.insertPeople("eve", ...Array.from({ length: 11 }, () => "other"));
    const made: string[] = [];
    for (const [at, other] of others.entries()) {
      const id = await conversations.open(eve, [other]);
      made.push(id);
      // Some with the same timestamp, some without messages.
      if (at < 8)
        await conversations.storeMessage(id, eve, "x", {
          createdAt: `2027-01-01T00:00:0${Math.floor(at / 3)}.000Z`,
        });
    }
    const [late] = await fixture.insertPeople("late");
    const walked = await walk(eve, "accepted", () =>
      conversations.open(late, [eve]).then((id) => conversations.storeMessage(id, late, "Me too")),
    );
    const order = await fixture.queryAsService<{ id: string }>(
      "select id from conversations where id = any ($1) order by coalesce(last_message_at, created_at) desc, id desc",
      [made],
    );
    expect(walked).toEqual(order.map((row) => row.id));
    expect(await walk(eve, "requested", async () => undefined)).toHaveLength(1);
    for (const other of others) expect(await walk(other, "accepted", async () => undefined)).toEqual([]);
  });

  test("is empty when signed out", async () => {
    const { results } = await client().asViewer(null, [
      selectConversations("accepted", null, 10),
      selectConversation(randomUUID()),
    ]);
    expect(results).toEqual([[], []]);
  });

  test("is one statement for any number of conversations", async () => {
    const meter = { roundTrips: 0, milliseconds: 0 };
    await fixture.client(meter).asViewer(ann.token, [selectConversations("accepted", null, 30)]);
    expect(meter.roundTrips).toBe(1);
  });
});

describe("one conversation", () => {
  test("is returned to each member with that member's state, and to nobody else", async () => {
    const id = await conversations.open(ann, [ben, cleo], "Three");
    await accept(ben, id);
    await storeBatch(id, {
      messages: [buildMessage(1, ann, "Hello you")],
      pointers: [buildPointer(ben, { deliveredSeq: 1, unread: 1 })],
    });
    const mine = await view(ann, id);
    expect(mine).toMatchObject({
      id,
      rev: 0,
      kind: "group",
      name: "Three",
      lastSeq: 1,
      lastMessage: { seq: 1, preview: "Hello you", senderId: ann.id, isDeleted: false },
      viewer: { role: "admin", state: "accepted", isMuted: false, canSend: true },
    });
    expect(mine?.participants.map((each) => [each.handle, each.state])).toEqual(
      expect.arrayContaining([
        [ann.handle, "accepted"],
        [ben.handle, "accepted"],
        [cleo.handle, "requested"],
      ]),
    );
    expect(await view(ben, id)).toMatchObject({ unread: 1, readSeq: 0, viewer: { role: "member" } });
    expect(await view(cleo, id)).toMatchObject({ viewer: { state: "requested" } });
    expect(await view(dan, id)).toBeUndefined();
    await fixture.queryAs(ann, "select app.remove_participant($1, $2)", [id, ben.id]);
    expect(await view(ben, id)).toBeUndefined();
    expect((await view(ann, id))?.participants).toHaveLength(2);
  });

  test("read receipts are shared in both directions or not at all; delivered pointers always", async () => {
    const id = await conversations.open(ann, [ben], "Receipts");
    await accept(ben, id);
    const at = "2026-01-01T00:00:09.000Z";
    const both = { deliveredSeq: 2, deliveredAt: at, readSeq: 1, readAt: at };
    await storeBatch(id, {
      messages: [buildMessage(1, ann, "x"), buildMessage(2, ann, "y")],
      pointers: [buildPointer(ann, { ...both, readSeq: 2 }), buildPointer(ben, { ...both, unread: 1 })],
    });
    expect(of(ben, await view(ann, id))).toMatchObject(both);
    const share = (who: Person, shares: boolean) =>
      fixture.queryAs(who, "update user_settings set shares_receipts = $2 where user_id = $1", [
        who.id,
        shares,
      ]);
    for (const who of [ann, ben]) {
      await share(who, false);
      const unread = { deliveredSeq: 2, deliveredAt: at, readSeq: null, readAt: null };
      expect(of(ben, await view(ann, id))).toMatchObject(unread);
      expect(of(ann, await view(ben, id))).toMatchObject(unread);
      expect(of(ann, await view(ann, id))).toMatchObject({ readSeq: 2 });
      await share(who, true);
    }
    expect(of(ben, await view(ann, id))).toMatchObject(both);
  });

  test("a requested member has no pointers; a declined one looks the same", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await conversations.open(eve, [fay]);
    await storeBatch(id, {
      messages: [buildMessage(1, eve, "Hi")],
      pointers: [buildPointer(fay, { deliveredSeq: 1, readSeq: 1 })],
    });
    const before = of(fay, await view(eve, id));
    expect(before).toMatchObject({ state: "requested", deliveredSeq: 0, deliveredAt: null, readSeq: null });
    await fixture.queryAs(fay, "select app.answer_request($1, false)", [id]);
    expect(of(fay, await view(eve, id))).toEqual(before);
    expect((await view(eve, id))?.viewer.canSend).toBe(true);
    expect(await view(fay, id)).toBeUndefined();
  });

  test("a block stops sending and receipts in a direct conversation, not in a group; a mute stops neither", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const two = await conversations.open(eve, [fay]);
    await accept(fay, two);
    const three = await conversations.open(eve, [fay], "Group");
    await accept(fay, three);
    await storeBatch(two, {
      messages: [buildMessage(1, eve, "Hi")],
      pointers: [buildPointer(fay, { deliveredSeq: 1, readSeq: 1 })],
    });
    await conversations.mute(fay, eve);
    expect((await view(fay, two))?.viewer.canSend).toBe(true);
    await conversations.block(fay, eve);
    for (const who of [eve, fay]) {
      expect((await view(who, two))?.viewer.canSend).toBe(false);
      expect((await view(who, three))?.viewer.canSend).toBe(true);
    }
    expect(of(fay, await view(eve, two))).toMatchObject({ deliveredSeq: 0, readSeq: null });
  });
});

describe("its messages", () => {
  let id: string;
  beforeAll(async () => {
    id = await conversations.open(ann, [ben, cleo], "ConversationFixture");
    await accept(ben, id);
    await accept(cleo, id);
    await storeBatch(id, {
      messages: Array.from({ length: 30 }, (_, at) =>
        buildMessage(at + 1, [ann, ben, cleo][at % 3] ?? ann, `Word ${at + 1}`, {
          ...(at === 29 ? { replyTo: 2 } : at === 28 ? { replyTo: 28 } : {}),
          ...(at === 27 ? { reactions: { "👍": [ben.id, cleo.id], "🎉": [ben.id] } } : {}),
        }),
      ),
    });
  });

  test("newest first, before a seq, with the messages they reply to", async () => {
    const first = await page(ann, id, null, 4);
    expect(first.map((each) => [each.seq, each.isQuoted])).toEqual([
      [30, false],
      [29, false],
      [28, false],
      [27, false],
      [26, false],
      [2, true],
    ]);
    expect((await page(ann, id, 27, 50)).map((each) => each.seq)).toEqual(
      Array.from({ length: 26 }, (_, at) => 26 - at),
    );
    expect(await page(ann, id, 1)).toEqual([]);
    expect(first[2]?.reactions).toEqual(
      expect.arrayContaining([
        { emoji: "👍", userIds: [ben.id, cleo.id] },
        { emoji: "🎉", userIds: [ben.id] },
      ]),
    );
  });

  test("in a group, messages and reactions of blocked and muted accounts are hidden", async () => {
    await conversations.mute(ann, ben);
    await conversations.block(cleo, ann);
    const seen = await page(ann, id);
    for (const each of seen) {
      const isHidden = each.senderId !== ann.id;
      expect([each.isHidden, each.body === ""]).toEqual([isHidden, isHidden]);
      expect(each.reactions).toEqual([]);
    }
    // A mute hides in one direction, a block in both.
    expect((await page(ben, id)).filter((each) => each.isHidden)).toEqual([]);
    expect(
      new Set((await page(cleo, id)).filter((each) => each.isHidden).map((each) => each.senderId)),
    ).toEqual(new Set([ann.id]));
    expect((await view(ann, id))?.lastMessage).toMatchObject({ seq: 30, preview: "" });
    expect((await view(ben, id))?.lastMessage).toMatchObject({ seq: 30, preview: "Word 30" });
  });

  test("in a direct conversation nothing is hidden", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const two = await conversations.open(eve, [fay]);
    await conversations.storeMessage(two, fay, "Before");
    await conversations.block(eve, fay);
    expect(await page(eve, two)).toMatchObject([{ body: "Before", isHidden: false }]);
  });

  test("a deleted message keeps its seq", async () => {
    const two = await conversations.open(ann, [dan]);
    await conversations.storeMessage(two, ann, "", { isDeleted: true });
    expect(await page(ann, two)).toMatchObject([{ body: "", isDeleted: true, isHidden: false }]);
  });

  test("a non-member gets none", async () => {
    expect(await page(dan, id)).toEqual([]);
    const { results } = await client().asViewer(null, [selectMessages(id, null, 10)]);
    expect(results[0]).toEqual([]);
  });
});

describe("what rooms load as plaza_service", () => {
  test("a snapshot, null when the conversation does not exist", async () => {
    const id = await conversations.open(ann, [ben], "Roster");
    const [[here], [nowhere]] = await client().asService([
      selectConversationSnapshot(id),
      selectConversationSnapshot(randomUUID()),
    ]);
    expect(conversationSnapshotSchema.parse(here?.snapshot).participants).toHaveLength(2);
    expect(nowhere?.snapshot).toBeNull();
  });

  test("an account's conversation summaries, with its own read pointer and unread count", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const asked = await conversations.open(fay, [eve]);
    const left = await conversations.open(fay, [eve], "Left");
    const quiet = await conversations.open(eve, [fay], "Quiet");
    await fixture.queryAs(eve, "select app.answer_request($1, false)", [left]);
    await fixture.queryAs(eve, "select app.silence_conversation($1, true)", [quiet]);
    await storeBatch(asked, {
      messages: [buildMessage(1, fay, "Hello?")],
      pointers: [buildPointer(eve, { unread: 1 })],
    });
    const [rows] = await client().asService([selectConversationSummaries(eve.id)]);
    const chats = rows
      .map((row) => conversationSummarySchema.parse(row.summary))
      .toSorted((a, b) => b.unread - a.unread);
    expect(chats).toMatchObject([
      { id: asked, state: "requested", isMuted: false, unread: 1, lastMessage: { preview: "Hello?" } },
      { id: quiet, state: "accepted", isMuted: true, unread: 0, lastMessage: null, version: 2 },
    ]);
  });
});

test("a stranger's request has the stranger's join date and followed followers; other conversations do not", async () => {
  const [eve, stranger, near, far, behind] = await fixture.insertPeople(
    "eve",
    "stranger",
    "near",
    "far",
    "behind",
  );
  for (const person of [near, behind]) await conversations.follow(eve, person);
  for (const person of [near, far, behind]) await conversations.follow(person, stranger);
  const id = await conversations.open(stranger, [eve]);
  const read = async (who: Person) => {
    const { results } = await fixture
      .client()
      .asViewer(who.token, [selectConversations("requested", null, 10), selectConversation(id)]);
    return [results[0][0]?.view.sender, results[1][0]?.view.sender];
  };
  const known = (followedBy: number) => ({ joinedAt: expect.stringMatching(/^\d{4}-.*Z$/), followedBy });
  expect(await read(eve)).toEqual([known(2), known(2)]);
  // Accounts across a block are not counted.
  await conversations.block(behind, eve);
  expect(await read(eve)).toEqual([known(1), known(1)]);
  expect(await read(stranger)).toEqual([undefined, undefined]);
  await fixture.queryAs(eve, "select app.answer_request($1, true)", [id]);
  expect(await read(eve)).toEqual([undefined, undefined]);
});
