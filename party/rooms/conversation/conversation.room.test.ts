// Holds R1-R4, R6 for conversations: one order, no message twice, none lost, with and without Postgres.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { conversationOf, messagesOf, runCommand, sendMessage } from "../../testing/conversation-fixtures.ts";
import { knockConversation } from "../../testing/room-client.ts";
import { member } from "../../testing/roster-fixtures.ts";
import {
  BACKLOG_MAX,
  BACKLOG_OF_MEMBER_MAX,
  MEMBER_COMMANDS_BURST,
  MEMBER_COMMANDS_PER_SECOND,
} from "./conversation-core.ts";
import { EDIT_WINDOW_MS, EMOJI_MAX } from "./message-changes.ts";

async function twoOf() {
  const [ann, ben] = [uuidv7(), uuidv7()];
  const conversation = await conversationOf([ann, ben]);
  return { ann, ben, conversation, a: await conversation.open(ann), b: await conversation.open(ben) };
}

describe("a message", () => {
  test("is acknowledged, published to every member, and archived in Postgres a moment later", async () => {
    const { ann, ben, conversation, a, b } = await twoOf();
    const ack = await sendMessage(a, "hello");
    expect(ack.seq).toBe(1);
    await b.received(1);
    expect(messagesOf(b)).toMatchObject([{ seq: 1, id: ack.id, body: "hello", senderId: ann, version: 1 }]);
    await expect.poll(() => conversation.store.messages.get(1)?.body).toBe("hello");
    await expect.poll(() => conversation.store.pointers.get(ben)).toMatchObject({ unread: 1, readSeq: 0 });
    expect(conversation.store.pointers.get(ann)).toMatchObject({ unread: 0, readSeq: 1, deliveredSeq: 1 });
  });

  test("sent twice under one client id is one message with one ack, over a socket or over HTTP", async () => {
    const { ann, conversation, a, b } = await twoOf();
    const clientId = uuidv7();
    const first = await sendMessage(a, "once", clientId);
    a.send({ type: "message.send", clientId, body: "  once \r\n" });
    const [, second] = await a.until(() => {
      const acks = a.signals("message.acked");
      return acks.length === 2 && acks;
    });
    expect(second?.data).toEqual(first);
    expect(await conversation.room.send(ann, { clientId, body: "once" })).toEqual({ ok: true, ack: first });
    await sendMessage(a, "next");
    await b.received(2);
    expect(messagesOf(b).map(({ body }) => body)).toEqual(["once", "next"]);
  });

  test("with another text under a used client id is a conflict, also after the first was edited", async () => {
    const { a } = await twoOf();
    const clientId = uuidv7();
    const { seq } = await sendMessage(a, "this", clientId);
    a.send({ type: "message.send", clientId, body: "that" });
    expect((await a.control("room.error")).code).toBe("CONFLICT");
    expect(await runCommand(a, { type: "message.edit", seq, body: "that" })).toBe("done");
    a.send({ type: "message.send", clientId, body: "that" });
    expect(await a.control("room.error", 1)).toMatchObject({ code: "CONFLICT", ref: clientId });
    await sendMessage(a, "this", clientId);
  });

  test("has one seq, the same for every member, when three members send at once", async () => {
    const people = [uuidv7(), uuidv7(), uuidv7()];
    const conversation = await conversationOf(people);
    const clients = await Promise.all(people.map((each) => conversation.open(each)));
    await Promise.all(
      clients.map(async (client, n) => {
        for (let i = 0; i < 6; i++) await sendMessage(client, `${n}:${i}`);
      }),
    );
    const events = await Promise.all(clients.map((client) => client.received(18)));
    for (const received of events) expect(received).toEqual(events[0]);
    const [client] = clients;
    expect(client && messagesOf(client).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 18 }, (_, at) => at + 1),
    );
    await expect.poll(() => conversation.store.messages.size).toBe(18);
  });

  test("is never earlier than the one before, even if the clock is set back", async () => {
    const { conversation, a } = await twoOf();
    const turn = await conversation.freeze();
    const first = await sendMessage(a, "now");
    turn(-60_000);
    expect((await sendMessage(a, "still now")).at).toBe(first.at);
  });

  test("can only reply to a message that exists", async () => {
    const { a, b } = await twoOf();
    const { seq } = await sendMessage(a, "a question");
    await sendMessage(a, "an answer", uuidv7(), seq);
    await b.received(2);
    expect(messagesOf(b)[1]?.replyTo).toBe(seq);
    a.send({ type: "message.send", clientId: uuidv7(), body: "to whom?", replyTo: 9 });
    expect((await a.control("room.error")).code).toBe("NOT_FOUND");
  });
});

describe("a sent message", () => {
  test("can be edited by its sender for a day", async () => {
    const { conversation, a, b } = await twoOf();
    const turn = await conversation.freeze();
    const { seq } = await sendMessage(a, "tpyo");
    expect(await runCommand(a, { type: "message.edit", seq, body: "typo" })).toBe("done");
    expect(await runCommand(b, { type: "message.edit", seq, body: "mine" })).toBe("FORBIDDEN");
    expect(await runCommand(a, { type: "message.edit", seq: 7, body: "x" })).toBe("NOT_FOUND");
    expect(messagesOf(b).at(-1)).toMatchObject({ body: "typo", version: 2, editedAt: expect.any(String) });
    turn(EDIT_WINDOW_MS + 1);
    expect(await runCommand(a, { type: "message.edit", seq, body: "too late" })).toBe("FORBIDDEN");
    await expect.poll(() => conversation.store.messages.get(seq)).toMatchObject({ body: "typo", version: 2 });
  });

  test("that was deleted loses its content in the log, the pages and Postgres, and keeps its seq", async () => {
    const { ann, ben, conversation, a, b } = await twoOf();
    const { epoch } = await b.control("room.welcome");
    const { seq } = await sendMessage(a, "secret words");
    await runCommand(a, { type: "message.edit", seq, body: "secret words, again" });
    await runCommand(b, { type: "message.react", seq, emoji: "👍", isOn: true });
    expect(await runCommand(b, { type: "message.delete", seq })).toBe("FORBIDDEN");
    expect(await runCommand(a, { type: "message.delete", seq })).toBe("done");
    expect(await runCommand(a, { type: "message.delete", seq })).toBe("done");
    expect(await runCommand(a, { type: "message.edit", seq, body: "back" })).toBe("GONE");
    expect(await runCommand(b, { type: "message.react", seq, emoji: "👍", isOn: true })).toBe("GONE");
    const again = await conversation.open(ben, { at: { epoch, seq: 0 } });
    await again.control("room.gap");
    expect(again.texts.join()).not.toContain("secret");
    const log = await runInDurableObject(conversation.room, (_, state) =>
      JSON.stringify(state.storage.sql.exec("select data from log_events").toArray()),
    );
    expect(log).not.toContain("secret");
    const page = await conversation.room.page(ann, { limit: 10 });
    expect(page).toMatchObject({ items: [{ seq, body: "", isDeleted: true, reactions: [] }] });
    await expect
      .poll(() => conversation.store.messages.get(seq))
      .toMatchObject({ body: "", isDeleted: true });
    expect((await conversation.room.overview(ben)) as object).toMatchObject({
      conversation: { unread: 0, lastMessage: { preview: "", isDeleted: true } },
    });
  });

  test("can be deleted by an admin of the group", async () => {
    const [boss, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([member(boss, { role: "admin" }), ben]);
    const [a, b] = [await conversation.open(boss), await conversation.open(ben)];
    const { seq } = await sendMessage(b, "rude");
    expect(await runCommand(a, { type: "message.delete", seq })).toBe("done");
    expect(messagesOf(b).at(-1)).toMatchObject({ seq, isDeleted: true, body: "" });
  });

  test("takes each emoji once per member, and a limited number of emoji", async () => {
    const { ann, ben, a, b } = await twoOf();
    const { seq } = await sendMessage(a, "nice");
    for (const _ of [1, 2])
      expect(await runCommand(b, { type: "message.react", seq, emoji: "👍", isOn: true })).toBe("done");
    await runCommand(a, { type: "message.react", seq, emoji: "👍", isOn: true });
    expect(messagesOf(b).at(-1)?.reactions).toEqual([{ emoji: "👍", userIds: [ben, ann] }]);
    await runCommand(b, { type: "message.react", seq, emoji: "👍", isOn: false });
    expect(messagesOf(b).at(-1)?.reactions).toEqual([{ emoji: "👍", userIds: [ann] }]);
    expect(await runCommand(a, { type: "message.react", seq, emoji: "no", isOn: true })).toBe(
      "MALFORMED_FRAME",
    );
    const many = [..."🍏🍎🍐🍊🍋🍌🍉🍇🍓🫐🍈🍒🍑🥭🍍🥥🥝🍅🍆"].slice(0, EMOJI_MAX - 1);
    await Promise.all(
      many.map(async (emoji, n) => {
        await scheduler.wait(n * 60);
        expect(await runCommand(n % 2 ? a : b, { type: "message.react", seq, emoji, isOn: true })).toBe(
          "done",
        );
      }),
    );
    expect(await runCommand(a, { type: "message.react", seq, emoji: "🥑", isOn: true })).toBe("CONFLICT");
    expect(await runCommand(b, { type: "message.react", seq, emoji: "👍", isOn: true })).toBe("done");
  });
});

describe("a client that was disconnected", () => {
  test("receives the whole gap, which leads to the same state as reading the page again", async () => {
    const { ann, ben, conversation, a, b } = await twoOf();
    const { epoch } = await b.control("room.welcome");
    b.socket.close(1000);
    await sendMessage(a, "one");
    const { seq } = await sendMessage(a, "two");
    await runCommand(a, { type: "message.edit", seq, body: "two!" });
    const back = await conversation.open(ben, { at: { epoch, seq: 0 } });
    const gap = await back.control("room.gap");
    const state = new Map<number, unknown>();
    for (const { type, data } of gap.events) {
      if (type.startsWith("message.")) state.set((data as { seq: number }).seq, data);
    }
    const page = await conversation.room.page(ben, { limit: 10 });
    expect(page.ok && page.items.toReversed()).toEqual([...state.values()]);
    const polled = await conversation.room.eventsAfter(ann, { epoch, seq: 0 });
    expect("events" in polled && polled.events.map(({ seq }) => seq)).toEqual(gap.events.map((e) => e.seq));
  });

  test("receives a resync when its epoch is not the room's", async () => {
    const { ben, conversation } = await twoOf();
    const back = await conversation.open(ben, { at: { epoch: "an-older-life", seq: 0 } });
    await back.control("room.resync");
    expect(await conversation.room.eventsAfter(ben, { epoch: "other", seq: 0 })).toMatchObject({
      resync: true,
    });
  });

  test("notices a lost last event by a ping, also when the room hibernates", async () => {
    const { conversation, a, b } = await twoOf();
    await sendMessage(a, "swallowed");
    await evictDurableObject(conversation.room);
    b.send("ping");
    const { seq } = await b.control("room.head");
    const { seq: welcomed } = await b.control("room.welcome");
    expect(seq).toBe(welcomed + 1);
    await runInDurableObject(conversation.room, (it) => {
      it.store = conversation.store;
    });
    expect((await sendMessage(a, "after sleep")).seq).toBe(2);
    await b.received(2);
  });
});

describe("while Postgres does not answer", () => {
  test("messages are acknowledged as usual, and archived once afterwards", async () => {
    const { ann, conversation, a, b } = await twoOf();
    conversation.store.isAway = true;
    for (let n = 1; n <= 10; n++) expect((await sendMessage(a, `${n}`)).seq).toBe(n);
    await b.received(10);
    await expect.poll(() => conversation.store.stores).toBeGreaterThan(0);
    expect(conversation.store.messages.size).toBe(0);
    expect(await conversation.room.page(ann, { limit: 5 })).toMatchObject({ ok: true, isWhole: true });
    conversation.store.isAway = false;
    await runDurableObjectAlarm(conversation.room);
    await expect.poll(() => [...conversation.store.messages.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(conversation.store.pointers.get(ann)).toMatchObject({ readSeq: 10 });
  });

  test("for very long: messages beyond the backlog are refused, and none is lost", async () => {
    const { ann, ben, conversation } = await twoOf();
    conversation.store.isAway = true;
    const answer = await runInDurableObject(conversation.room, async (it) => {
      const ids = Array.from({ length: BACKLOG_OF_MEMBER_MAX }, () => uuidv7());
      // Each command earns its token first.
      let ms = Date.now();
      it.clock = { now: () => (ms += 1_000 / MEMBER_COMMANDS_PER_SECOND) };
      for (const clientId of ids) await it.send(ann, { clientId, body: "x" });
      const alone = await it.send(ann, { clientId: uuidv7(), body: "more than one member may" });
      for (let n = ids.length; n < BACKLOG_MAX; n++) await it.send(ben, { clientId: uuidv7(), body: "x" });
      return {
        alone,
        over: await it.send(ben, { clientId: uuidv7(), body: "one too many" }),
        again: await it.send(ann, { clientId: ids[7] ?? "", body: "x" }),
      };
    });
    expect(answer.alone).toMatchObject({ ok: false, code: "UNAVAILABLE" });
    expect(answer.over).toMatchObject({ ok: false, code: "UNAVAILABLE" });
    expect(answer.again).toMatchObject({ ok: true, ack: { seq: 8 } });
    conversation.store.isAway = false;
    await runDurableObjectAlarm(conversation.room);
    await expect.poll(() => conversation.store.messages.size, { timeout: 10_000 }).toBe(5_000);
    expect(await conversation.room.send(ann, { clientId: uuidv7(), body: "room again" })).toMatchObject({
      ok: true,
      ack: { seq: 5_001 },
    });
  });

  test("a change of a message that is stored in Postgres only is refused as unavailable", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben], { lastSeq: 0 });
    conversation.store.isAway = true;
    const a = await conversation.open(ann);
    await runInDurableObject(conversation.room, (_, state) => {
      state.storage.sql.exec(
        "insert into messages (seq, sender_id, client_id, digest, id, at, counts, data) values (1, ?, 'c', '', 'i', '', 1, null)",
        ann,
      );
    });
    await evictDurableObject(conversation.room);
    await runInDurableObject(conversation.room, (it) => {
      it.store = conversation.store;
    });
    expect(await runCommand(a, { type: "message.delete", seq: 1 })).toBe("UNAVAILABLE");
  });
});

describe("the room", () => {
  test.each([
    ["white space", { type: "message.send", clientId: uuidv7(), body: " \n\t\u200b " }, "MALFORMED_FRAME"],
    [
      "a forged sender",
      { type: "message.send", clientId: uuidv7(), body: "x", senderId: uuidv7() },
      "MALFORMED_FRAME",
    ],
    ["a made-up place", { type: "message.send", clientId: uuidv7(), body: "x", seq: 1 }, "MALFORMED_FRAME"],
    [
      "too many words",
      { type: "message.send", clientId: uuidv7(), body: "x".repeat(4_001) },
      "MALFORMED_FRAME",
    ],
    ["an unknown command", { type: "message.shout", ref: "r" }, "UNKNOWN_COMMAND"],
  ])("answers %s with a code, and keeps the socket open", async (_, frame, code) => {
    const { a } = await twoOf();
    a.send(frame);
    expect((await a.control("room.error")).code).toBe(code);
    await sendMessage(a, "still here");
  });

  test("closes a socket on a frame of 1 MiB, and on a thousand frames at once", async () => {
    const { a, b } = await twoOf();
    a.socket.send("x".repeat(1024 * 1024));
    expect(await a.closedWith()).toBe(1009);
    for (let n = 0; n < 1_000; n++) b.send({ type: "typing.start" });
    expect(await b.closedWith()).toBe(1008);
  });

  test("limits the commands of a member over all their sockets, and goes on serving the others", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const messagesEach = 20;
    const sockets = await Promise.all(
      Array.from({ length: MEMBER_COMMANDS_BURST / messagesEach + 1 }, () => conversation.open(ann)),
    );
    const b = await conversation.open(ben);
    await runInDurableObject(conversation.room, (it) => {
      const ms = Date.now();
      it.clock = { now: () => ms };
    });
    for (let n = 0; n < messagesEach; n++)
      for (const each of sockets) each.send({ type: "message.send", clientId: uuidv7(), body: `${n}` });
    const answers = () =>
      sockets.flatMap((each) => [...each.signals("message.acked"), ...each.errors()].map(({ type }) => type));
    await expect.poll(() => answers().length).toBe(sockets.length * messagesEach);
    expect(answers().filter((type) => type === "message.acked")).toHaveLength(MEMBER_COMMANDS_BURST);
    const refusals = sockets.flatMap((each) => each.errors());
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(["RATE_LIMITED"]));
    expect(sockets.some((each) => each.isClosed())).toBe(false);
    // A message that is stored already is acknowledged again.
    const [first] = sockets[0]?.signals("message.acked") ?? [];
    expect(
      await conversation.room.send(ann, { clientId: first?.data.clientId ?? "", body: "0" }),
    ).toMatchObject({
      ok: true,
      ack: { seq: first?.data.seq },
    });
    await sendMessage(b, "my turn");
  });

  test("answers strangers as if the conversation did not exist", async () => {
    const { conversation } = await twoOf();
    const stranger = uuidv7();
    expect((await knockConversation(conversation.id, stranger)).status).toBe(404);
    expect(await conversation.room.send(stranger, { clientId: uuidv7(), body: "x" })).toMatchObject({
      code: "NOT_FOUND",
    });
    for (const answer of [
      await conversation.room.page(stranger, { limit: 5 }),
      await conversation.room.overview(stranger),
      await conversation.room.read(stranger, 1),
      await conversation.room.eventsAfter(stranger, null),
    ]) {
      expect(answer).toMatchObject({ ok: false, code: "NOT_FOUND" });
    }
  });
});
