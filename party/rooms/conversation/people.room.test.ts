// Holds R9 for conversations (removal, blocks and logout take effect at once) and who hears how far whom has got.

import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { REQUEST_MESSAGES_MAX, TYPING_MS } from "../../protocol/limits.ts";
import {
  conversationOf,
  memoryStore,
  messagesOf,
  order,
  say,
  withoutPostgres,
} from "../../testing/conversation-fixtures.ts";
import { type Client, knockConversation, openUser, userRow } from "../../testing/room-client.ts";
import { startedConversationRoom, startedUserRoom } from "../../testing/room-stubs.ts";
import { blocked, cause, muted, person, snapshot } from "../../testing/roster-fixtures.ts";

const accountOf = (userId: string) => startedUserRoom(userId);
const receiptsOf = (client: Client, userId: string) =>
  client
    .events()
    .filter(({ type }) => type === "receipt.moved")
    .map(({ data }) => data as { userId: string; readSeq: number | null; deliveredSeq: number })
    .filter((receipt) => receipt.userId === userId);
const direct = { kind: "direct", name: null } as const;

describe("someone removed", () => {
  test("hears nothing afterwards, and the others read that it happened, once", async () => {
    const [boss, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const talk = await conversationOf([person(boss, { role: "admin" }), ben, cay]);
    const [a, b, c] = [await talk.open(boss), await talk.open(ben), await talk.open(cay)];
    await b.control("room.welcome");
    const { told } = await talk.tell({
      participants: [person(boss, { role: "admin" }), person(cay)],
      cause: cause("removed", boss),
    });
    await talk.room.deliver([told]);
    expect(await b.closedWith()).toBe(4403);
    await say(a, "gone?");
    await c.heard(3);
    expect(messagesOf(c)).toMatchObject([
      { seq: 1, kind: "notice", senderId: boss, notice: { type: "removed" } },
      { seq: 2, body: "gone?" },
    ]);
    expect(b.events()).toEqual([]);
    expect((await knockConversation(talk.id, ben)).status).toBe(404);
    expect(await talk.room.send(ben, { clientId: uuidv7(), body: "x" })).toMatchObject({ code: "NOT_FOUND" });
    expect(await talk.room.page(ben, { limit: 1 })).toMatchObject({ code: "NOT_FOUND" });
  });

  test("hears of it by their account, and comes back by being added", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const device = await openUser(ben);
    await say(await talk.open(ann), "hello");
    await expect.poll(() => device.events().at(-1)?.type).toBe("conversation.touched");
    await talk.tell({ participants: [person(ann)] });
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({
        type: "conversation.left",
        data: { id: talk.id, totals: { unread: 0 } },
      });
    await talk.tell({ participants: [person(ann), person(ben)] });
    await expect.poll(() => device.events().at(-1)?.type).toBe("conversation.touched");
  });

  test("an older roster that comes late brings nobody back", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const { told } = await talk.tell({ name: "with Ben" });
    await talk.tell({ participants: [person(ann)] });
    expect(await talk.room.deliver([told])).toEqual({ failed: [] });
    expect((await knockConversation(talk.id, ben)).status).toBe(404);
  });
});

describe("a block", () => {
  test("between two stops words both ways at once, and typing, and receipts", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben], direct);
    const [a, b] = [await talk.open(ann), await talk.open(ben)];
    const { seq } = await say(a, "before");
    await talk.tell({ hidden: blocked(ann, ben) });
    for (const client of [a, b]) {
      client.say({ type: "message.send", clientId: uuidv7(), body: "after" });
      expect((await client.control("room.error")).code).toBe("FORBIDDEN");
    }
    a.say({ type: "typing.start" });
    b.say({ type: "receipt.read", seq });
    expect(await order(a, { type: "message.delete", seq })).toBe("done");
    await b.until(() => messagesOf(b).at(-1)?.isDeleted);
    expect(b.signals("typing.changed")).toEqual([]);
    await expect.poll(() => talk.store.pointers.get(ben)?.readSeq, { timeout: 5_000 }).toBe(seq);
    expect(receiptsOf(a, ben)).toEqual([]);
    const changed = a.events().find(({ type }) => type === "conversation.changed");
    expect(changed?.data).toMatchObject({ viewer: { canSend: false } });
  });

  test("in a group leaves places without words, live and when read again", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben, cay], { hidden: blocked(ann, ben) });
    const [a, b, c] = [await talk.open(ann), await talk.open(ben), await talk.open(cay)];
    const { epoch } = await b.control("room.welcome");
    const { seq } = await say(a, "not for Ben");
    await order(c, { type: "message.react", seq, emoji: "👍", isOn: true });
    await order(a, { type: "message.react", seq, emoji: "👍", isOn: true });
    a.say({ type: "typing.start" });
    await c.until(() => c.signals("typing.changed").length > 0);
    await b.heard(3);
    await c.heard(3);
    expect(b.events().map((event) => event.seq)).toEqual(c.events().map((event) => event.seq));
    expect(messagesOf(b)[0]).toMatchObject({ seq, body: "", isHidden: true });
    expect(messagesOf(b)[2]).toMatchObject({ reactions: [{ emoji: "👍", userIds: [cay] }] });
    expect(messagesOf(c)[2]).toMatchObject({ body: "not for Ben", isHidden: false });
    expect(b.signals("typing.changed")).toEqual([]);
    const gap = await (await talk.open(ben, { at: { epoch, seq: 0 } })).control("room.gap");
    expect(JSON.stringify(gap)).not.toContain("not for Ben");
    expect(await talk.room.page(ben, { limit: 5 })).toMatchObject({
      items: [{ isHidden: true, body: "", reactions: [{ userIds: [cay] }] }],
    });
    expect(await talk.room.overview(ben)).toMatchObject({
      conversation: { unread: 0, lastMessage: { preview: "" } },
    });
  });

  test("that begins makes the two read again", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben, cay]);
    const [a, b, c] = [await talk.open(ann), await talk.open(ben), await talk.open(cay)];
    await say(a, "seen by all");
    await talk.tell({ hidden: blocked(ann, ben) });
    await b.control("room.resync");
    await a.control("room.resync");
    await c.heard(2);
    expect(c.texts.join()).not.toContain("room.resync");
  });

  test("or a mute: what they say does not count as unread", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben], { ...direct, hidden: muted(ben, ann) });
    const a = await talk.open(ann);
    await say(a, "psst");
    expect(await talk.room.overview(ben)).toMatchObject({
      conversation: { unread: 0, lastMessage: { preview: "psst" } },
    });
    await talk.tell({ hidden: [] });
    expect(await talk.room.overview(ben)).toMatchObject({ conversation: { unread: 1 } });
  });
});

describe("a session that ended", () => {
  test("has lost its socket here when the delivery returns; the person's others stay", async () => {
    const [ann, ended] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, uuidv7()]);
    const [mine, other] = [await talk.open(ann, { sessionId: ended }), await talk.open(ann)];
    await mine.control("room.welcome");
    await (await accountOf(ann)).deliver([userRow(ann, "session.revoked", { sessionId: ended })]);
    expect(await talk.room.connectionsOf(ann)).toHaveLength(1);
    expect(await mine.closedWith()).toBe(4401);
    await say(other, "still here");
    expect(mine.events()).toEqual([]);
    expect(await (await talk.open(ann, { sessionId: ended })).closedWith()).toBe(4401);
  });

  test("unwatches with the socket", async () => {
    const ann = uuidv7();
    const talk = await conversationOf([ann, uuidv7()]);
    const mine = await talk.open(ann);
    const account = await accountOf(ann);
    expect(await account.subscribedTopics()).toEqual([`conversation:${talk.id}`]);
    mine.socket.close(1000);
    const told = () => runInDurableObject(talk.room, (it) => it.pendingUnsubscribes.flush());
    await expect.poll(() => told().then(() => account.subscribedTopics())).toEqual([]);
  });

  test("watches once when it comes back", async () => {
    const ann = uuidv7();
    const talk = await conversationOf([ann, uuidv7()]);
    const before = await talk.open(ann);
    before.socket.close(1000);
    await expect.poll(() => talk.room.connectionsOf(ann)).toEqual([]);
    await talk.open(ann);
    const watched = await runInDurableObject(await accountOf(ann), (_, { storage }) =>
      storage.sql.exec("select connection_id from room_subscriptions").toArray(),
    );
    expect(watched).toEqual((await talk.room.connectionsOf(ann)).map((id) => ({ connection_id: id })));
  });
});

describe("typing", () => {
  test("is told to people elsewhere who have a page open, and to nobody who muted the one who types", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben, cay], { hidden: muted(cay, ann) });
    const [b, c] = [await openUser(ben), await openUser(cay)];
    const a = await talk.open(ann);
    a.say({ type: "typing.start" });
    await b.until(() => b.signals("conversation.typing").length === 1);
    await say(a, "said");
    await b.until(() => b.signals("conversation.typing").length === 2);
    expect(b.signals("conversation.typing").map(({ data }) => data)).toEqual([
      { conversationId: talk.id, userId: ann, isTyping: true },
      { conversationId: talk.id, userId: ann, isTyping: false },
    ]);
    // What follows was told after it: had Cay been told of the typing, it would be here.
    await c.until(() => c.events().some(({ type }) => type === "conversation.touched"));
    expect(c.signals("conversation.typing")).toEqual([]);
  });

  test("is seen by the others, ends with the message, with the socket, and by itself", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const [a, b] = [await talk.open(ann), await talk.open(ben)];
    const seen = (count: number) =>
      b.until(() => b.signals("typing.changed").length === count && b.signals("typing.changed").at(-1)?.data);
    a.say({ type: "typing.start" });
    expect(await seen(1)).toEqual({ userId: ann, isTyping: true });
    await say(a, "done");
    expect(await seen(2)).toEqual({ userId: ann, isTyping: false });
    a.say({ type: "typing.start" });
    await seen(3);
    a.socket.close(1000);
    expect(await seen(4)).toEqual({ userId: ann, isTyping: false });
    const again = await talk.open(ann);
    again.say({ type: "typing.start" });
    const from = Date.now();
    expect(await seen(6)).toEqual({ userId: ann, isTyping: false });
    expect(Date.now() - from).toBeGreaterThan(TYPING_MS - 500);
    expect(again.signals("typing.changed")).toEqual([]);
    expect(b.events()).toHaveLength(1);
  });
});

describe("receipts", () => {
  test("grow only, and of many moves in a moment one event is made", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben], direct);
    const [a, b] = [await talk.open(ann), await talk.open(ben)];
    for (const body of ["1", "2", "3"]) await say(a, body);
    for (const seq of [1, 3, 2]) b.say({ type: "receipt.delivered", seq });
    b.say({ type: "receipt.read", seq: 2 });
    b.say({ type: "receipt.read", seq: 1 });
    await expect.poll(() => receiptsOf(a, ben)).toMatchObject([{ deliveredSeq: 3, readSeq: 2 }]);
    b.say({ type: "receipt.read", seq: 99 });
    await expect.poll(() => receiptsOf(a, ben).at(-1)).toMatchObject({ deliveredSeq: 3, readSeq: 3 });
    expect(receiptsOf(a, ben)).toHaveLength(2);
    expect(await talk.room.read(ben, 1)).toEqual({ ok: true });
    expect(await talk.room.overview(ben)).toMatchObject({ conversation: { readSeq: 3, unread: 0 } });
  });

  test("are given up by both sides when one does not share: what was delivered stays", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, person(ben, { sharesReceipts: false }), cay]);
    const [a, b, c] = [await talk.open(ann), await talk.open(ben), await talk.open(cay)];
    const { seq } = await say(a, "read me");
    await talk.room.read(ben, seq);
    await talk.room.read(cay, seq);
    const of = { deliveredSeq: seq, readSeq: seq };
    await expect.poll(() => receiptsOf(a, cay)).toMatchObject([of]);
    await expect.poll(() => receiptsOf(a, ben)).toMatchObject([{ ...of, readSeq: null }]);
    await expect.poll(() => receiptsOf(b, cay)).toMatchObject([{ ...of, readSeq: null }]);
    await expect.poll(() => receiptsOf(b, ben)).toMatchObject([of]);
    await expect.poll(() => receiptsOf(c, ann)).toEqual([]);
    const seen = await talk.room.overview(ben);
    const people = seen.ok ? seen.conversation.participants : [];
    expect(people.map(({ id, readSeq }) => [id === ben, readSeq])).toEqual(
      people.map(({ id }) => [id === ben, id === ben ? seq : null]),
    );
  });

  test("and typing of somebody who has not answered are nobody's business", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, person(ben, { state: "requested" })], direct);
    const [a, b] = [await talk.open(ann), await talk.open(ben)];
    const { seq } = await say(a, "hi, we met");
    b.say({ type: "receipt.read", seq });
    b.say({ type: "typing.start" });
    await expect.poll(() => talk.store.pointers.get(ben)?.readSeq, { timeout: 5_000 }).toBe(seq);
    expect(receiptsOf(a, ben)).toEqual([]);
    expect(a.signals("typing.changed")).toEqual([]);
    expect(await talk.room.overview(ann)).toMatchObject({
      conversation: { participants: [{}, {}].map(() => ({ deliveredSeq: expect.any(Number) })) },
    });
  });
});

describe("a request", () => {
  test("allows a few messages until it is answered, and none back before that", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, person(ben, { state: "requested" })], direct);
    const [a, b] = [await talk.open(ann), await talk.open(ben)];
    for (let n = 1; n <= REQUEST_MESSAGES_MAX; n++) await say(a, `${n}`);
    a.say({ type: "message.send", clientId: uuidv7(), body: "hello?" });
    expect((await a.control("room.error")).code).toBe("FORBIDDEN");
    b.say({ type: "message.send", clientId: uuidv7(), body: "who?" });
    expect((await b.control("room.error")).code).toBe("FORBIDDEN");
    await talk.tell({ participants: [person(ann), person(ben)] });
    await say(b, "now I may");
    await say(a, "so may I");
  });

  test("that was declined looks unanswered, and reaches nobody", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const asked = person(ben, { state: "requested" });
    const talk = await conversationOf([ann, asked], direct);
    const a = await talk.open(ann);
    await talk.tell({ participants: [person(ann)], absent: [asked], declinedBy: [ben] });
    await say(a, "still there?");
    expect(await talk.room.overview(ann)).toMatchObject({
      conversation: {
        participants: expect.arrayContaining([expect.objectContaining({ id: ben, state: "requested" })]),
      },
    });
    expect((await knockConversation(talk.id, ben)).status).toBe(404);
    await expect.poll(async () => (await (await accountOf(ben)).memberStates([talk.id])).chats).toEqual([]);
  });

  test("counts as one, and not before something was said", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, person(ben, { state: "requested" })], direct);
    const totals = async () => (await (await accountOf(ben)).memberStates([])).totals;
    expect(await totals()).toMatchObject({ unread: 0, requests: 0 });
    await say(await talk.open(ann), "hello");
    await expect.poll(totals).toMatchObject({ unread: 0, requests: 1 });
    await talk.tell({ participants: [person(ann), person(ben)] });
    await expect.poll(totals).toMatchObject({ unread: 1, requests: 0 });
    await talk.tell({ participants: [person(ann), person(ben, { isMuted: true })] });
    await expect.poll(totals).toMatchObject({ unread: 0, requests: 0 });
  });
});

describe("somebody elsewhere", () => {
  test("hears by their account: the newest words, what is unread, and that it was read on another device", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const device = await openUser(ben);
    const a = await talk.open(ann);
    await say(a, "one\n\ntwo   three");
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({
        type: "conversation.touched",
        data: {
          conversation: {
            id: talk.id,
            lastSeq: 1,
            unread: 1,
            readSeq: 0,
            state: "accepted",
            lastMessage: { preview: "one two three", senderId: ann },
          },
          totals: { unread: 1, requests: 0 },
        },
      });
    device.say({ type: "receipt.delivered", conversationId: talk.id, seq: 1 });
    await expect.poll(() => receiptsOf(a, ben)).toMatchObject([{ deliveredSeq: 1, readSeq: 0 }]);
    await talk.room.read(ben, 1);
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({
        data: { conversation: { unread: 0, readSeq: 1 }, totals: { unread: 0 } },
      });
  });

  test("hears although the room died before it could call", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const numbers = async () => (await (await accountOf(ben)).memberStates([talk.id])).chats[0];
    await expect.poll(numbers).toBeDefined();
    await say(await talk.open(ann), "lost?");
    await abortAllDurableObjects();
    const room = await startedConversationRoom(talk.id);
    await runInDurableObject(room, (it) => {
      it.store = talk.store;
    });
    await expect.poll(numbers).toMatchObject({ unread: 1, lastSeq: 1 });
    await expect.poll(() => talk.store.messages.get(1)?.body).toBe("lost?");
  });

  test("is not told the older of two things last", async () => {
    const ben = uuidv7();
    const account = await withoutPostgres(ben);
    const chat = (rev: number, unread: number) => ({
      kind: "chat" as const,
      chat: {
        id: "0199a000-0000-7000-8000-000000000001",
        rev,
        lastSeq: unread,
        lastMessage: null,
        readSeq: 0,
        unread,
        version: 1,
        state: "accepted" as const,
        isMuted: false,
      },
    });
    const device = await openUser(ben);
    await account.updateMemberState(chat(2, 5));
    await account.updateMemberState(chat(1, 4));
    await account.updateMemberState(chat(2, 5));
    await account.updateMemberState(chat(3, 6));
    await device.heard(2);
    const heard = device.events().map(({ data }) => data as { totals: { unread: number; version: number } });
    expect(heard.map(({ totals }) => totals.unread)).toEqual([5, 6]);
    expect(heard[1]?.totals.version).toBeGreaterThan(heard[0]?.totals.version ?? Number.NaN);
  });

  test("has what Postgres knew before, and waits for nobody when it is away", async () => {
    const [ben, old] = [uuidv7(), uuidv7()];
    const account = await accountOf(ben);
    let isAway = true;
    let now = Date.now();
    await runInDurableObject(account, (it) => {
      it.clock = { now: () => now };
      it.loadChats = async () => {
        if (isAway) throw new Error("away");
        return [
          {
            id: old,
            rev: 0,
            lastSeq: 3,
            lastMessage: null,
            readSeq: 0,
            unread: 3,
            version: 1,
            state: "accepted",
            isMuted: false,
          },
        ];
      };
    });
    expect(await account.memberStates([old])).toMatchObject({ totals: { unread: 0 }, chats: [] });
    isAway = false;
    now += 10_000;
    expect(await account.memberStates([old])).toMatchObject({
      totals: { unread: 3 },
      chats: [{ id: old, unread: 3 }],
    });
  });
});

describe("a roster", () => {
  test("tells each person their own part of it, and everybody the new name in the row of messages", async () => {
    const [boss, ben] = [uuidv7(), uuidv7()];
    const people = [person(boss, { role: "admin" }), person(ben, { isMuted: true })];
    const talk = await conversationOf(people);
    const [a, b] = [await talk.open(boss), await talk.open(ben)];
    const { epoch, seq } = await b.control("room.welcome");
    await talk.tell({ name: "Best friends", cause: cause("renamed", boss, "Best friends") });
    await a.heard(2);
    const [changed, notice] = await b.heard(2);
    expect(changed?.data).toMatchObject({ name: "Best friends", viewer: { role: "member", isMuted: true } });
    expect(a.events()[0]?.data).toMatchObject({ viewer: { role: "admin", isMuted: false } });
    expect(notice?.data).toMatchObject({ kind: "notice", seq: 1, notice: { name: "Best friends" } });
    const gap = await (await talk.open(ben, { at: { epoch, seq } })).control("room.gap");
    expect(gap.events).toEqual([changed, notice]);
  });

  test("that makes no sense is reported; those around it are taken", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann]);
    const { told } = await talk.tell({ participants: [person(ann), person(ben)] });
    const poison = [
      { ...told, id: uuidv7(), data: { version: 99 } },
      { ...told, id: uuidv7(), type: "conversation.burnt" },
    ];
    const { failed } = await talk.room.deliver([...poison, told]);
    expect(failed.map(({ id }) => id)).toEqual(poison.map(({ id }) => id));
    expect((await knockConversation(talk.id, ben)).status).toBe(101);
  });

  test("is read from Postgres by a room that knows nothing, once for all who wait", async () => {
    const [ann, id] = [uuidv7(), uuidv7()];
    const room = await startedConversationRoom(id);
    const store = memoryStore();
    store.isAway = true;
    await runInDurableObject(room, (it) => {
      it.store = store;
    });
    expect((await knockConversation(id, ann)).status).toBe(503);
    expect(await room.page(ann, { limit: 1 })).toMatchObject({ code: "UNAVAILABLE" });
    store.isAway = false;
    store.loads = 0;
    store.snapshots.set(id, snapshot(id, [person(ann)], { lastSeq: 60, version: 4 }));
    for (let seq = 1; seq <= 60; seq++) {
      store.messages.set(seq, {
        id: uuidv7(),
        seq,
        senderId: ann,
        clientId: uuidv7(),
        kind: "text",
        body: `${seq}`,
        notice: null,
        replyTo: seq === 60 ? 1 : null,
        reactions: {},
        isDeleted: false,
        editedAt: null,
        version: 1,
        createdAt: "2026-11-20T10:00:00.000Z",
      });
    }
    const pages = await Promise.all([1, 2, 3].map(() => room.page(ann, { limit: 50 })));
    expect(store.loads).toBe(1);
    for (const page of pages) {
      expect(page.ok && [page.items.length, page.items[0]?.seq, page.isWhole]).toEqual([50, 60, true]);
      expect(page).toMatchObject({ quoted: [], quotedElsewhere: [1] });
    }
    expect(await room.page(ann, { before: 11, limit: 5 })).toMatchObject({ items: [], isWhole: false });
    const known = store.messages.get(60);
    const again = await room.send(ann, { clientId: known?.clientId ?? "", body: "60", replyTo: 1 });
    expect(again).toMatchObject({ ok: true, ack: { seq: 60, id: known?.id } });
    expect(await room.send(ann, { clientId: uuidv7(), body: "61" })).toMatchObject({ ack: { seq: 61 } });
  });
});
