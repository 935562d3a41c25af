// Holds R9 for conversations (removal, blocks and logout take effect at once), receipts, typing, and member states.

import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { REQUEST_MESSAGES_MAX, TYPING_MS } from "../../protocol/limits.ts";
import {
  conversationOf,
  memoryStore,
  messagesOf,
  runCommand,
  sendMessage,
  withoutPostgres,
} from "../../testing/conversation-fixtures.ts";
import { type Client, knockConversation, openUser, userRow } from "../../testing/room-client.ts";
import { startedConversationRoom, startedUserRoom } from "../../testing/room-stubs.ts";
import { blocked, cause, member, muted, snapshot } from "../../testing/roster-fixtures.ts";

const accountOf = (userId: string) => startedUserRoom(userId);
const receiptsOf = (client: Client, userId: string) =>
  client
    .events()
    .filter(({ type }) => type === "receipt.moved")
    .map(({ data }) => data as { userId: string; readSeq: number | null; deliveredSeq: number })
    .filter((receipt) => receipt.userId === userId);
const direct = { kind: "direct", name: null } as const;

describe("a removed member", () => {
  test("receives nothing afterwards, and the others receive one notice", async () => {
    const [boss, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const conversation = await conversationOf([member(boss, { role: "admin" }), ben, cay]);
    const [a, b, c] = [
      await conversation.open(boss),
      await conversation.open(ben),
      await conversation.open(cay),
    ];
    await b.control("room.welcome");
    const { row: delivered } = await conversation.deliverRoster({
      participants: [member(boss, { role: "admin" }), member(cay)],
      cause: cause("removed", boss),
    });
    await conversation.room.deliver([delivered]);
    expect(await b.closedWith()).toBe(4403);
    await sendMessage(a, "gone?");
    await c.received(3);
    expect(messagesOf(c)).toMatchObject([
      { seq: 1, kind: "notice", senderId: boss, notice: { type: "removed" } },
      { seq: 2, body: "gone?" },
    ]);
    expect(b.events()).toEqual([]);
    expect((await knockConversation(conversation.id, ben)).status).toBe(404);
    expect(await conversation.room.send(ben, { clientId: uuidv7(), body: "x" })).toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await conversation.room.page(ben, { limit: 1 })).toMatchObject({ code: "NOT_FOUND" });
  });

  test("is notified through their account, and can be added again", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const device = await openUser(ben);
    await sendMessage(await conversation.open(ann), "hello");
    await expect.poll(() => device.events().at(-1)?.type).toBe("conversation.touched");
    await conversation.deliverRoster({ participants: [member(ann)] });
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({
        type: "conversation.left",
        data: { id: conversation.id, totals: { unread: 0 } },
      });
    await conversation.deliverRoster({ participants: [member(ann), member(ben)] });
    await expect.poll(() => device.events().at(-1)?.type).toBe("conversation.touched");
  });

  test("is not added again by an older roster that arrives late", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const { row: delivered } = await conversation.deliverRoster({ name: "with Ben" });
    await conversation.deliverRoster({ participants: [member(ann)] });
    expect(await conversation.room.deliver([delivered])).toEqual({ failed: [] });
    expect((await knockConversation(conversation.id, ben)).status).toBe(404);
  });
});

describe("a block", () => {
  test("in a direct conversation stops messages, typing and receipts in both directions at once", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben], direct);
    const [a, b] = [await conversation.open(ann), await conversation.open(ben)];
    const { seq } = await sendMessage(a, "before");
    await conversation.deliverRoster({ hidden: blocked(ann, ben) });
    for (const client of [a, b]) {
      client.send({ type: "message.send", clientId: uuidv7(), body: "after" });
      expect((await client.control("room.error")).code).toBe("FORBIDDEN");
    }
    a.send({ type: "typing.start" });
    b.send({ type: "receipt.read", seq });
    expect(await runCommand(a, { type: "message.delete", seq })).toBe("done");
    await b.until(() => messagesOf(b).at(-1)?.isDeleted);
    expect(b.signals("typing.changed")).toEqual([]);
    await expect.poll(() => conversation.store.pointers.get(ben)?.readSeq, { timeout: 5_000 }).toBe(seq);
    expect(receiptsOf(a, ben)).toEqual([]);
    const changed = a.events().find(({ type }) => type === "conversation.changed");
    expect(changed?.data).toMatchObject({ viewer: { canSend: false } });
  });

  test("in a group redacts the messages of the blocked member, in events, gaps and pages", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben, cay], { hidden: blocked(ann, ben) });
    const [a, b, c] = [
      await conversation.open(ann),
      await conversation.open(ben),
      await conversation.open(cay),
    ];
    const { epoch } = await b.control("room.welcome");
    const { seq } = await sendMessage(a, "not for Ben");
    await runCommand(c, { type: "message.react", seq, emoji: "👍", isOn: true });
    await runCommand(a, { type: "message.react", seq, emoji: "👍", isOn: true });
    a.send({ type: "typing.start" });
    await c.until(() => c.signals("typing.changed").length > 0);
    await b.received(3);
    await c.received(3);
    expect(b.events().map((event) => event.seq)).toEqual(c.events().map((event) => event.seq));
    expect(messagesOf(b)[0]).toMatchObject({ seq, body: "", isHidden: true });
    expect(messagesOf(b)[2]).toMatchObject({ reactions: [{ emoji: "👍", userIds: [cay] }] });
    expect(messagesOf(c)[2]).toMatchObject({ body: "not for Ben", isHidden: false });
    expect(b.signals("typing.changed")).toEqual([]);
    const gap = await (await conversation.open(ben, { at: { epoch, seq: 0 } })).control("room.gap");
    expect(JSON.stringify(gap)).not.toContain("not for Ben");
    expect(await conversation.room.page(ben, { limit: 5 })).toMatchObject({
      items: [{ isHidden: true, body: "", reactions: [{ userIds: [cay] }] }],
    });
    expect(await conversation.room.overview(ben)).toMatchObject({
      conversation: { unread: 0, lastMessage: { preview: "" } },
    });
  });

  test("in a group makes the clients of both members read everything again", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben, cay]);
    const [a, b, c] = [
      await conversation.open(ann),
      await conversation.open(ben),
      await conversation.open(cay),
    ];
    await sendMessage(a, "seen by all");
    await conversation.deliverRoster({ hidden: blocked(ann, ben) });
    await b.control("room.resync");
    await a.control("room.resync");
    await c.received(2);
    expect(c.texts.join()).not.toContain("room.resync");
  });

  test("or a mute leaves messages out of the unread count", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben], { ...direct, hidden: muted(ben, ann) });
    const a = await conversation.open(ann);
    await sendMessage(a, "psst");
    expect(await conversation.room.overview(ben)).toMatchObject({
      conversation: { unread: 0, lastMessage: { preview: "psst" } },
    });
    await conversation.deliverRoster({ hidden: [] });
    expect(await conversation.room.overview(ben)).toMatchObject({ conversation: { unread: 1 } });
  });
});

describe("an ended session", () => {
  test("has lost its socket when the delivery returns; the member's other sockets stay open", async () => {
    const [ann, ended] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, uuidv7()]);
    const [mine, other] = [await conversation.open(ann, { sessionId: ended }), await conversation.open(ann)];
    await mine.control("room.welcome");
    await (await accountOf(ann)).deliver([userRow(ann, "session.revoked", { sessionId: ended })]);
    expect(await conversation.room.connectionsOf(ann)).toHaveLength(1);
    expect(await mine.closedWith()).toBe(4401);
    await sendMessage(other, "still here");
    expect(mine.events()).toEqual([]);
    expect(await (await conversation.open(ann, { sessionId: ended })).closedWith()).toBe(4401);
  });

  test("is unsubscribed after its socket has closed", async () => {
    const ann = uuidv7();
    const conversation = await conversationOf([ann, uuidv7()]);
    const mine = await conversation.open(ann);
    const account = await accountOf(ann);
    expect(await account.subscribedTopics()).toEqual([`conversation:${conversation.id}`]);
    mine.socket.close(1000);
    const flushed = () => runInDurableObject(conversation.room, (it) => it.pendingUnsubscribes.flush());
    await expect.poll(() => flushed().then(() => account.subscribedTopics())).toEqual([]);
  });

  test("is subscribed once after it has reconnected", async () => {
    const ann = uuidv7();
    const conversation = await conversationOf([ann, uuidv7()]);
    const before = await conversation.open(ann);
    before.socket.close(1000);
    await expect.poll(() => conversation.room.connectionsOf(ann)).toEqual([]);
    await conversation.open(ann);
    const watched = await runInDurableObject(await accountOf(ann), (_, { storage }) =>
      storage.sql.exec("select connection_id from room_subscriptions").toArray(),
    );
    expect(watched).toEqual(
      (await conversation.room.connectionsOf(ann)).map((id) => ({ connection_id: id })),
    );
  });
});

describe("typing", () => {
  test("is signalled to accounts with an open page, except to those who muted the member", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben, cay], { hidden: muted(cay, ann) });
    const [b, c] = [await openUser(ben), await openUser(cay)];
    const a = await conversation.open(ann);
    a.send({ type: "typing.start" });
    await b.until(() => b.signals("conversation.typing").length === 1);
    await sendMessage(a, "said");
    await b.until(() => b.signals("conversation.typing").length === 2);
    expect(b.signals("conversation.typing").map(({ data }) => data)).toEqual([
      { conversationId: conversation.id, userId: ann, isTyping: true },
      { conversationId: conversation.id, userId: ann, isTyping: false },
    ]);
    // Sent after the typing signal: if Cay had received that, it would be here by now.
    await c.until(() => c.events().some(({ type }) => type === "conversation.touched"));
    expect(c.signals("conversation.typing")).toEqual([]);
  });

  test("is published to the others, and ends with the message, with the socket, and by itself", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const [a, b] = [await conversation.open(ann), await conversation.open(ben)];
    const seen = (count: number) =>
      b.until(() => b.signals("typing.changed").length === count && b.signals("typing.changed").at(-1)?.data);
    a.send({ type: "typing.start" });
    expect(await seen(1)).toEqual({ userId: ann, isTyping: true });
    await sendMessage(a, "done");
    expect(await seen(2)).toEqual({ userId: ann, isTyping: false });
    a.send({ type: "typing.start" });
    await seen(3);
    a.socket.close(1000);
    expect(await seen(4)).toEqual({ userId: ann, isTyping: false });
    const again = await conversation.open(ann);
    again.send({ type: "typing.start" });
    const from = Date.now();
    expect(await seen(6)).toEqual({ userId: ann, isTyping: false });
    expect(Date.now() - from).toBeGreaterThan(TYPING_MS - 500);
    expect(again.signals("typing.changed")).toEqual([]);
    expect(b.events()).toHaveLength(1);
  });
});

describe("receipts", () => {
  test("only grow, and several moves within a moment become one event", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben], direct);
    const [a, b] = [await conversation.open(ann), await conversation.open(ben)];
    for (const body of ["1", "2", "3"]) await sendMessage(a, body);
    for (const seq of [1, 3, 2]) b.send({ type: "receipt.delivered", seq });
    b.send({ type: "receipt.read", seq: 2 });
    b.send({ type: "receipt.read", seq: 1 });
    await expect.poll(() => receiptsOf(a, ben)).toMatchObject([{ deliveredSeq: 3, readSeq: 2 }]);
    b.send({ type: "receipt.read", seq: 99 });
    await expect.poll(() => receiptsOf(a, ben).at(-1)).toMatchObject({ deliveredSeq: 3, readSeq: 3 });
    expect(receiptsOf(a, ben)).toHaveLength(2);
    expect(await conversation.room.read(ben, 1)).toEqual({ ok: true });
    expect(await conversation.room.overview(ben)).toMatchObject({ conversation: { readSeq: 3, unread: 0 } });
  });

  test("show no read pointers between two members when one does not share them; delivered pointers stay", async () => {
    const [ann, ben, cay] = [uuidv7(), uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, member(ben, { sharesReceipts: false }), cay]);
    const [a, b, c] = [
      await conversation.open(ann),
      await conversation.open(ben),
      await conversation.open(cay),
    ];
    const { seq } = await sendMessage(a, "read me");
    await conversation.room.read(ben, seq);
    await conversation.room.read(cay, seq);
    const of = { deliveredSeq: seq, readSeq: seq };
    await expect.poll(() => receiptsOf(a, cay)).toMatchObject([of]);
    await expect.poll(() => receiptsOf(a, ben)).toMatchObject([{ ...of, readSeq: null }]);
    await expect.poll(() => receiptsOf(b, cay)).toMatchObject([{ ...of, readSeq: null }]);
    await expect.poll(() => receiptsOf(b, ben)).toMatchObject([of]);
    await expect.poll(() => receiptsOf(c, ann)).toEqual([]);
    const seen = await conversation.room.overview(ben);
    const people = seen.ok ? seen.conversation.participants : [];
    expect(people.map(({ id, readSeq }) => [id === ben, readSeq])).toEqual(
      people.map(({ id }) => [id === ben, id === ben ? seq : null]),
    );
  });

  test("and typing signals of somebody who has not accepted the request are not published", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, member(ben, { state: "requested" })], direct);
    const [a, b] = [await conversation.open(ann), await conversation.open(ben)];
    const { seq } = await sendMessage(a, "hi, we met");
    b.send({ type: "receipt.read", seq });
    b.send({ type: "typing.start" });
    await expect.poll(() => conversation.store.pointers.get(ben)?.readSeq, { timeout: 5_000 }).toBe(seq);
    expect(receiptsOf(a, ben)).toEqual([]);
    expect(a.signals("typing.changed")).toEqual([]);
    expect(await conversation.room.overview(ann)).toMatchObject({
      conversation: { participants: [{}, {}].map(() => ({ deliveredSeq: expect.any(Number) })) },
    });
  });
});

describe("a request", () => {
  test("allows a few messages until it is accepted, and none in the other direction before that", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, member(ben, { state: "requested" })], direct);
    const [a, b] = [await conversation.open(ann), await conversation.open(ben)];
    for (let n = 1; n <= REQUEST_MESSAGES_MAX; n++) await sendMessage(a, `${n}`);
    a.send({ type: "message.send", clientId: uuidv7(), body: "hello?" });
    expect((await a.control("room.error")).code).toBe("FORBIDDEN");
    b.send({ type: "message.send", clientId: uuidv7(), body: "who?" });
    expect((await b.control("room.error")).code).toBe("FORBIDDEN");
    await conversation.deliverRoster({ participants: [member(ann), member(ben)] });
    await sendMessage(b, "now I may");
    await sendMessage(a, "so may I");
  });

  test("that was declined looks unanswered to the sender, and reaches nobody", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const asked = member(ben, { state: "requested" });
    const conversation = await conversationOf([ann, asked], direct);
    const a = await conversation.open(ann);
    await conversation.deliverRoster({ participants: [member(ann)], absent: [asked], declinedBy: [ben] });
    await sendMessage(a, "still there?");
    expect(await conversation.room.overview(ann)).toMatchObject({
      conversation: {
        participants: expect.arrayContaining([expect.objectContaining({ id: ben, state: "requested" })]),
      },
    });
    expect((await knockConversation(conversation.id, ben)).status).toBe(404);
    await expect
      .poll(async () => (await (await accountOf(ben)).memberStates([conversation.id])).chats)
      .toEqual([]);
  });

  test("is counted as one, and only after the first message", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, member(ben, { state: "requested" })], direct);
    const totals = async () => (await (await accountOf(ben)).memberStates([])).totals;
    expect(await totals()).toMatchObject({ unread: 0, requests: 0 });
    await sendMessage(await conversation.open(ann), "hello");
    await expect.poll(totals).toMatchObject({ unread: 0, requests: 1 });
    await conversation.deliverRoster({ participants: [member(ann), member(ben)] });
    await expect.poll(totals).toMatchObject({ unread: 1, requests: 0 });
    await conversation.deliverRoster({ participants: [member(ann), member(ben, { isMuted: true })] });
    await expect.poll(totals).toMatchObject({ unread: 0, requests: 0 });
  });
});

describe("an account without the conversation open", () => {
  test("receives the newest message, the unread count, and that it was read on another device", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const device = await openUser(ben);
    const a = await conversation.open(ann);
    await sendMessage(a, "one\n\ntwo   three");
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({
        type: "conversation.touched",
        data: {
          conversation: {
            id: conversation.id,
            lastSeq: 1,
            unread: 1,
            readSeq: 0,
            state: "accepted",
            lastMessage: { preview: "one two three", senderId: ann },
          },
          totals: { unread: 1, requests: 0 },
        },
      });
    device.send({ type: "receipt.delivered", conversationId: conversation.id, seq: 1 });
    await expect.poll(() => receiptsOf(a, ben)).toMatchObject([{ deliveredSeq: 1, readSeq: 0 }]);
    await conversation.room.read(ben, 1);
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({
        data: { conversation: { unread: 0, readSeq: 1 }, totals: { unread: 0 } },
      });
  });

  test("without a page is sent the state when its first page opens", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const a = await conversation.open(ann);
    await conversation.open(ben);
    const unread = async () =>
      (await (await accountOf(ben)).memberStates([conversation.id])).chats[0]?.unread;
    await sendMessage(a, "one");
    await expect.poll(unread).toBe(1);
    await sendMessage(a, "two");
    const device = await openUser(ben);
    await expect
      .poll(() => device.events().at(-1))
      .toMatchObject({ data: { conversation: { unread: 2 }, totals: { unread: 2 } } });
  });

  test("is notified although the room crashed before it could call", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const memberState = async () => (await (await accountOf(ben)).memberStates([conversation.id])).chats[0];
    await expect.poll(memberState).toBeDefined();
    await sendMessage(await conversation.open(ann), "lost?");
    await abortAllDurableObjects();
    const room = await startedConversationRoom(conversation.id);
    await runInDurableObject(room, (it) => {
      it.store = conversation.store;
    });
    await expect.poll(memberState).toMatchObject({ unread: 1, lastSeq: 1 });
    await expect.poll(() => conversation.store.messages.get(1)?.body).toBe("lost?");
  });

  test("ignores a member state that is older than the last one", async () => {
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
    await device.received(2);
    const events = device.events().map(({ data }) => data as { totals: { unread: number; version: number } });
    expect(events.map(({ totals }) => totals.unread)).toEqual([5, 6]);
    expect(events[1]?.totals.version).toBeGreaterThan(events[0]?.totals.version ?? Number.NaN);
  });

  test("starts with the states in Postgres, and does not wait for it when it does not answer", async () => {
    const [ben, old] = [uuidv7(), uuidv7()];
    const account = await accountOf(ben);
    let isAway = true;
    let now = Date.now();
    await runInDurableObject(account, (it) => {
      it.clock = { now: () => now };
      it.loadConversations = async () => {
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
  test("is published to each member as they see it, with a notice of the new name", async () => {
    const [boss, ben] = [uuidv7(), uuidv7()];
    const people = [member(boss, { role: "admin" }), member(ben, { isMuted: true })];
    const conversation = await conversationOf(people);
    const [a, b] = [await conversation.open(boss), await conversation.open(ben)];
    const { epoch, seq } = await b.control("room.welcome");
    await conversation.deliverRoster({ name: "Best friends", cause: cause("renamed", boss, "Best friends") });
    await a.received(2);
    const [changed, notice] = await b.received(2);
    expect(changed?.data).toMatchObject({ name: "Best friends", viewer: { role: "member", isMuted: true } });
    expect(a.events()[0]?.data).toMatchObject({ viewer: { role: "admin", isMuted: false } });
    expect(notice?.data).toMatchObject({ kind: "notice", seq: 1, notice: { name: "Best friends" } });
    const gap = await (await conversation.open(ben, { at: { epoch, seq } })).control("room.gap");
    expect(gap.events).toEqual([changed, notice]);
  });

  test("that is malformed is answered as failed; the other rows are taken", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann]);
    const { row: delivered } = await conversation.deliverRoster({ participants: [member(ann), member(ben)] });
    const poison = [
      { ...delivered, id: uuidv7(), data: { version: 99 } },
      { ...delivered, id: uuidv7(), type: "conversation.burnt" },
    ];
    const { failed } = await conversation.room.deliver([...poison, delivered]);
    expect(failed.map(({ id }) => id)).toEqual(poison.map(({ id }) => id));
    expect((await knockConversation(conversation.id, ben)).status).toBe(101);
  });

  test("is read from Postgres by a room without one, once for all callers that wait", async () => {
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
    store.snapshots.set(id, snapshot(id, [member(ann)], { lastSeq: 60, version: 4 }));
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
