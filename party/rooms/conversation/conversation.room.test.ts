// Holds R1-R4, R6 for conversations: one order, nothing twice, nothing lost, Postgres away or not.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { conversationOf, messagesOf, order, say } from "../../testing/conversation-fixtures.ts";
import { knockConversation } from "../../testing/room-client.ts";
import { person } from "../../testing/roster-fixtures.ts";
import { BACKLOG_MAX, BACKLOG_OF_ONE_MAX, EDIT_WINDOW_MS, EMOJI_MAX } from "./conversation-core.ts";
import { DEEDS_AT_ONCE, DEEDS_PER_SECOND } from "./floor.ts";

async function twoOf() {
  const [ann, ben] = [uuidv7(), uuidv7()];
  const talk = await conversationOf([ann, ben]);
  return { ann, ben, talk, a: await talk.open(ann), b: await talk.open(ben) };
}

describe("a message", () => {
  test("is acked, told to everybody, and stored in Postgres a moment later", async () => {
    const { ann, ben, talk, a, b } = await twoOf();
    const ack = await say(a, "hello");
    expect(ack.seq).toBe(1);
    await b.heard(1);
    expect(messagesOf(b)).toMatchObject([{ seq: 1, id: ack.id, body: "hello", senderId: ann, version: 1 }]);
    await expect.poll(() => talk.store.messages.get(1)?.body).toBe("hello");
    await expect.poll(() => talk.store.pointers.get(ben)).toMatchObject({ unread: 1, readSeq: 0 });
    expect(talk.store.pointers.get(ann)).toMatchObject({ unread: 0, readSeq: 1, deliveredSeq: 1 });
  });

  test("sent twice under one id is one message with one answer, over whichever way it comes", async () => {
    const { ann, talk, a, b } = await twoOf();
    const clientId = uuidv7();
    const first = await say(a, "once", clientId);
    a.say({ type: "message.send", clientId, body: "  once \r\n" });
    const [, second] = await a.until(() => {
      const acks = a.signals("message.acked");
      return acks.length === 2 && acks;
    });
    expect(second?.data).toEqual(first);
    expect(await talk.room.send(ann, { clientId, body: "once" })).toEqual({ ok: true, ack: first });
    await say(a, "next");
    await b.heard(2);
    expect(messagesOf(b).map(({ body }) => body)).toEqual(["once", "next"]);
  });

  test("with other words under a used id is a conflict, also when the first was edited since", async () => {
    const { a } = await twoOf();
    const clientId = uuidv7();
    const { seq } = await say(a, "this", clientId);
    a.say({ type: "message.send", clientId, body: "that" });
    expect((await a.control("room.error")).code).toBe("CONFLICT");
    expect(await order(a, { type: "message.edit", seq, body: "that" })).toBe("done");
    a.say({ type: "message.send", clientId, body: "that" });
    expect(await a.control("room.error", 1)).toMatchObject({ code: "CONFLICT", ref: clientId });
    await say(a, "this", clientId);
  });

  test("has one place, the same for everybody, with three people talking at once", async () => {
    const people = [uuidv7(), uuidv7(), uuidv7()];
    const talk = await conversationOf(people);
    const clients = await Promise.all(people.map((each) => talk.open(each)));
    await Promise.all(
      clients.map(async (client, n) => {
        for (let i = 0; i < 6; i++) await say(client, `${n}:${i}`);
      }),
    );
    const heard = await Promise.all(clients.map((client) => client.heard(18)));
    for (const events of heard) expect(events).toEqual(heard[0]);
    const [client] = clients;
    expect(client && messagesOf(client).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 18 }, (_, at) => at + 1),
    );
    await expect.poll(() => talk.store.messages.size).toBe(18);
  });

  test("is never earlier than the one before, whatever the clock does", async () => {
    const { talk, a } = await twoOf();
    const turn = await talk.freeze();
    const first = await say(a, "now");
    turn(-60_000);
    expect((await say(a, "still now")).at).toBe(first.at);
  });

  test("answers only what is there", async () => {
    const { a, b } = await twoOf();
    const { seq } = await say(a, "a question");
    await say(a, "an answer", uuidv7(), seq);
    await b.heard(2);
    expect(messagesOf(b)[1]?.replyTo).toBe(seq);
    a.say({ type: "message.send", clientId: uuidv7(), body: "to whom?", replyTo: 9 });
    expect((await a.control("room.error")).code).toBe("NOT_FOUND");
  });
});

describe("what was said", () => {
  test("can be edited by whoever said it, for a day", async () => {
    const { talk, a, b } = await twoOf();
    const turn = await talk.freeze();
    const { seq } = await say(a, "tpyo");
    expect(await order(a, { type: "message.edit", seq, body: "typo" })).toBe("done");
    expect(await order(b, { type: "message.edit", seq, body: "mine" })).toBe("FORBIDDEN");
    expect(await order(a, { type: "message.edit", seq: 7, body: "x" })).toBe("NOT_FOUND");
    expect(messagesOf(b).at(-1)).toMatchObject({ body: "typo", version: 2, editedAt: expect.any(String) });
    turn(EDIT_WINDOW_MS + 1);
    expect(await order(a, { type: "message.edit", seq, body: "too late" })).toBe("FORBIDDEN");
    await expect.poll(() => talk.store.messages.get(seq)).toMatchObject({ body: "typo", version: 2 });
  });

  test("and was deleted is gone: from the log, the pages and Postgres; its place stays", async () => {
    const { ann, ben, talk, a, b } = await twoOf();
    const { epoch } = await b.control("room.welcome");
    const { seq } = await say(a, "secret words");
    await order(a, { type: "message.edit", seq, body: "secret words, again" });
    await order(b, { type: "message.react", seq, emoji: "👍", isOn: true });
    expect(await order(b, { type: "message.delete", seq })).toBe("FORBIDDEN");
    expect(await order(a, { type: "message.delete", seq })).toBe("done");
    expect(await order(a, { type: "message.delete", seq })).toBe("done");
    expect(await order(a, { type: "message.edit", seq, body: "back" })).toBe("GONE");
    expect(await order(b, { type: "message.react", seq, emoji: "👍", isOn: true })).toBe("GONE");
    const again = await talk.open(ben, { at: { epoch, seq: 0 } });
    await again.control("room.gap");
    expect(again.texts.join()).not.toContain("secret");
    const log = await runInDurableObject(talk.room, (_, state) =>
      JSON.stringify(state.storage.sql.exec("select data from log_events").toArray()),
    );
    expect(log).not.toContain("secret");
    const page = await talk.room.page(ann, { limit: 10 });
    expect(page).toMatchObject({ items: [{ seq, body: "", isDeleted: true, reactions: [] }] });
    await expect.poll(() => talk.store.messages.get(seq)).toMatchObject({ body: "", isDeleted: true });
    expect((await talk.room.overview(ben)) as object).toMatchObject({
      conversation: { unread: 0, lastMessage: { preview: "", isDeleted: true } },
    });
  });

  test("can be deleted by an admin of the group", async () => {
    const [boss, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([person(boss, { role: "admin" }), ben]);
    const [a, b] = [await talk.open(boss), await talk.open(ben)];
    const { seq } = await say(b, "rude");
    expect(await order(a, { type: "message.delete", seq })).toBe("done");
    expect(messagesOf(b).at(-1)).toMatchObject({ seq, isDeleted: true, body: "" });
  });

  test("takes reactions: each person's once, and so many kinds", async () => {
    const { ann, ben, a, b } = await twoOf();
    const { seq } = await say(a, "nice");
    for (const _ of [1, 2])
      expect(await order(b, { type: "message.react", seq, emoji: "👍", isOn: true })).toBe("done");
    await order(a, { type: "message.react", seq, emoji: "👍", isOn: true });
    expect(messagesOf(b).at(-1)?.reactions).toEqual([{ emoji: "👍", userIds: [ben, ann] }]);
    await order(b, { type: "message.react", seq, emoji: "👍", isOn: false });
    expect(messagesOf(b).at(-1)?.reactions).toEqual([{ emoji: "👍", userIds: [ann] }]);
    expect(await order(a, { type: "message.react", seq, emoji: "no", isOn: true })).toBe("MALFORMED_FRAME");
    const many = [..."🍏🍎🍐🍊🍋🍌🍉🍇🍓🫐🍈🍒🍑🥭🍍🥥🥝🍅🍆"].slice(0, EMOJI_MAX - 1);
    await Promise.all(
      many.map(async (emoji, n) => {
        await scheduler.wait(n * 60);
        expect(await order(n % 2 ? a : b, { type: "message.react", seq, emoji, isOn: true })).toBe("done");
      }),
    );
    expect(await order(a, { type: "message.react", seq, emoji: "🥑", isOn: true })).toBe("CONFLICT");
    expect(await order(b, { type: "message.react", seq, emoji: "👍", isOn: true })).toBe("done");
  });
});

describe("whoever was away", () => {
  test("gets the whole gap, and it is what reading the page again would give", async () => {
    const { ann, ben, talk, a, b } = await twoOf();
    const { epoch } = await b.control("room.welcome");
    b.socket.close(1000);
    await say(a, "one");
    const { seq } = await say(a, "two");
    await order(a, { type: "message.edit", seq, body: "two!" });
    const back = await talk.open(ben, { at: { epoch, seq: 0 } });
    const gap = await back.control("room.gap");
    const state = new Map<number, unknown>();
    for (const { type, data } of gap.events) {
      if (type.startsWith("message.")) state.set((data as { seq: number }).seq, data);
    }
    const page = await talk.room.page(ben, { limit: 10 });
    expect(page.ok && page.items.toReversed()).toEqual([...state.values()]);
    const polled = await talk.room.eventsAfter(ann, { epoch, seq: 0 });
    expect("events" in polled && polled.events.map(({ seq }) => seq)).toEqual(gap.events.map((e) => e.seq));
  });

  test("is told to read again when the epoch is not this room's", async () => {
    const { ben, talk } = await twoOf();
    const back = await talk.open(ben, { at: { epoch: "an-older-life", seq: 0 } });
    await back.control("room.resync");
    expect(await talk.room.eventsAfter(ben, { epoch: "other", seq: 0 })).toMatchObject({ resync: true });
  });

  test("finds the last frame by a heartbeat, a room that slept included", async () => {
    const { talk, a, b } = await twoOf();
    await say(a, "swallowed");
    await evictDurableObject(talk.room);
    b.say("ping");
    const { seq } = await b.control("room.head");
    const { seq: welcomed } = await b.control("room.welcome");
    expect(seq).toBe(welcomed + 1);
    await runInDurableObject(talk.room, (it) => {
      it.store = talk.store;
    });
    expect((await say(a, "after sleep")).seq).toBe(2);
    await b.heard(2);
  });
});

describe("Postgres away", () => {
  test("stops nobody: acks go on, and afterwards all is stored once", async () => {
    const { ann, talk, a, b } = await twoOf();
    talk.store.isAway = true;
    for (let n = 1; n <= 10; n++) expect((await say(a, `${n}`)).seq).toBe(n);
    await b.heard(10);
    await expect.poll(() => talk.store.stores).toBeGreaterThan(0);
    expect(talk.store.messages.size).toBe(0);
    expect(await talk.room.page(ann, { limit: 5 })).toMatchObject({ ok: true, isWhole: true });
    talk.store.isAway = false;
    await runDurableObjectAlarm(talk.room);
    await expect.poll(() => [...talk.store.messages.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(talk.store.pointers.get(ann)).toMatchObject({ readSeq: 10 });
  });

  test("for very long: what does not fit is refused, and nothing is dropped", async () => {
    const { ann, ben, talk } = await twoOf();
    talk.store.isAway = true;
    const answer = await runInDurableObject(talk.room, async (it) => {
      const ids = Array.from({ length: BACKLOG_OF_ONE_MAX }, () => uuidv7());
      // Nobody talks faster than one may.
      let ms = Date.now();
      it.clock = { now: () => (ms += 1_000 / DEEDS_PER_SECOND) };
      for (const clientId of ids) await it.send(ann, { clientId, body: "x" });
      const alone = await it.send(ann, { clientId: uuidv7(), body: "more than one's share" });
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
    talk.store.isAway = false;
    await runDurableObjectAlarm(talk.room);
    await expect.poll(() => talk.store.messages.size, { timeout: 10_000 }).toBe(5_000);
    expect(await talk.room.send(ann, { clientId: uuidv7(), body: "room again" })).toMatchObject({
      ok: true,
      ack: { seq: 5_001 },
    });
  });

  test("is told to a change of what only Postgres keeps", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben], { lastSeq: 0 });
    talk.store.isAway = true;
    const a = await talk.open(ann);
    await runInDurableObject(talk.room, (_, state) => {
      state.storage.sql.exec(
        "insert into messages (seq, sender_id, client_id, digest, id, at, counts, data) values (1, ?, 'c', '', 'i', '', 1, null)",
        ann,
      );
    });
    await evictDurableObject(talk.room);
    await runInDurableObject(talk.room, (it) => {
      it.store = talk.store;
    });
    expect(await order(a, { type: "message.delete", seq: 1 })).toBe("UNAVAILABLE");
  });
});

describe("the door", () => {
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
  ])("answers %s with a code, and stays open", async (_, frame, code) => {
    const { a } = await twoOf();
    a.say(frame);
    expect((await a.control("room.error")).code).toBe(code);
    await say(a, "still here");
  });

  test("closes on a frame of 1 MiB, and on a thousand frames at once", async () => {
    const { a, b } = await twoOf();
    a.socket.send("x".repeat(1024 * 1024));
    expect(await a.closedWith()).toBe(1009);
    for (let n = 0; n < 1_000; n++) b.say({ type: "typing.start" });
    expect(await b.closedWith()).toBe(1008);
  });

  test("takes no more from one person by many sockets than by one, and goes on hearing the others", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const eachSays = 20;
    const sockets = await Promise.all(
      Array.from({ length: DEEDS_AT_ONCE / eachSays + 1 }, () => talk.open(ann)),
    );
    const b = await talk.open(ben);
    await runInDurableObject(talk.room, (it) => {
      const ms = Date.now();
      it.clock = { now: () => ms };
    });
    for (let n = 0; n < eachSays; n++)
      for (const each of sockets) each.say({ type: "message.send", clientId: uuidv7(), body: `${n}` });
    const answers = () =>
      sockets.flatMap((each) => [...each.signals("message.acked"), ...each.errors()].map(({ type }) => type));
    await expect.poll(() => answers().length).toBe(sockets.length * eachSays);
    expect(answers().filter((type) => type === "message.acked")).toHaveLength(DEEDS_AT_ONCE);
    const refusals = sockets.flatMap((each) => each.errors());
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(["RATE_LIMITED"]));
    expect(sockets.some((each) => each.isClosed())).toBe(false);
    // What was taken is answered all the same.
    const [first] = sockets[0]?.signals("message.acked") ?? [];
    expect(await talk.room.send(ann, { clientId: first?.data.clientId ?? "", body: "0" })).toMatchObject({
      ok: true,
      ack: { seq: first?.data.seq },
    });
    await say(b, "my turn");
  });

  test("is not there for strangers, whether the conversation is or not", async () => {
    const { talk } = await twoOf();
    const stranger = uuidv7();
    expect((await knockConversation(talk.id, stranger)).status).toBe(404);
    expect(await talk.room.send(stranger, { clientId: uuidv7(), body: "x" })).toMatchObject({
      code: "NOT_FOUND",
    });
    for (const answer of [
      await talk.room.page(stranger, { limit: 5 }),
      await talk.room.overview(stranger),
      await talk.room.read(stranger, 1),
      await talk.room.eventsAfter(stranger, null),
    ]) {
      expect(answer).toMatchObject({ ok: false, code: "NOT_FOUND" });
    }
  });
});
