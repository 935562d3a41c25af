// Holds R3 (one order), R4 (a reconnect gets the gap or a resync), R5 (a stale client notices), R9 (logout takes effect).

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { connectUser } from "../../gateway/connect.ts";
import { comment, counted, openPost, openUser, unread, upgrade, userRow } from "../../testing/room-client.ts";
import { partyEnv, startedPostRoom, startedUserRoom } from "../../testing/room-stubs.ts";
import { LOG_KEPT_EVENTS } from "../kit/event-log.ts";
import { SOCKETS_MAX } from "./user.room.ts";

const roomOf = (userId: string) => startedUserRoom(userId);
const postRoom = (postId: string) => startedPostRoom(postId);

describe("seqs", () => {
  test("are dense and the same for every device; a redelivered row gets none", async () => {
    const me = uuidv7();
    const [phone, laptop] = [await openUser(me), await openUser(me)];
    const room = await roomOf(me);
    const rows = [unread(me, 1), unread(me, 2), unread(me, 3)];
    await room.deliver(rows.slice(0, 2));
    await room.deliver(rows);
    await room.deliver(rows);
    const events = await phone.received(3);
    expect(events.map(({ seq, id }) => [seq, id])).toEqual(rows.map(({ id }, at) => [at + 1, id]));
    expect(await laptop.received(3)).toEqual(events);
    await laptop.control("room.welcome");
    laptop.send({ type: "head" });
    expect((await laptop.control("room.head")).seq).toBe(3);
    expect(laptop.events()).toHaveLength(3);
  });

  test("of counts collapse: a device that was away gets the newest only, without a resync", async () => {
    const me = uuidv7();
    const room = await roomOf(me);
    const { epoch } = await (await openUser(me)).control("room.welcome");
    const post = uuidv7();
    const sent = [1, 2, 3].map((version) => ({ ...counted(post, version), topic: `user:${me}` }));
    await room.deliver([...sent, unread(me, 1)]);
    const gap = await (await openUser(me, { at: { epoch, seq: 0 } })).control("room.gap");
    expect(gap.events.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(gap.seq).toBe(4);
  });
});

describe("a device that was away", () => {
  test("gets the whole gap in order, then goes on live", async () => {
    const me = uuidv7();
    const room = await roomOf(me);
    const first = await openUser(me);
    const { epoch } = await first.control("room.welcome");
    await room.deliver([unread(me, 1)]);
    await first.received(1);
    first.socket.close(1000);
    await room.deliver([unread(me, 2), unread(me, 3)]);
    const back = await openUser(me, { at: { epoch, seq: 1 } });
    const gap = await back.control("room.gap");
    expect(gap.events.map(({ seq }) => seq)).toEqual([2, 3]);
    expect([gap.after, gap.seq]).toEqual([1, 3]);
    await room.deliver([unread(me, 4)]);
    expect((await back.received(1))[0]?.seq).toBe(4);
  });

  test("may resume on an open socket, and gets an empty gap when nothing is missing", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const { epoch } = await device.control("room.welcome");
    await (await roomOf(me)).deliver([unread(me, 1)]);
    device.send({ type: "resume", epoch, seq: 0 });
    expect((await device.control("room.gap")).events).toHaveLength(1);
    device.send({ type: "resume", epoch, seq: 1 });
    expect(await device.control("room.gap", 1)).toMatchObject({ after: 1, seq: 1, events: [] });
  });

  test.each([
    ["another epoch", (seq: number) => ({ epoch: "an-older-life", seq })],
    ["a number that was never given", (seq: number, epoch: string) => ({ epoch, seq: seq + 7 })],
  ])("is sent to read again when it names %s", async (_, positionOf) => {
    const me = uuidv7();
    const { epoch } = await (await openUser(me)).control("room.welcome");
    await (await roomOf(me)).deliver([unread(me, 1)]);
    const back = await openUser(me, { at: positionOf(1, epoch) });
    expect(await back.control("room.resync")).toMatchObject({ epoch, seq: 1 });
  });

  test("gets a resync when the log no longer reaches back", async () => {
    const me = uuidv7();
    const room = await roomOf(me);
    const { epoch } = await (await openUser(me)).control("room.welcome");
    await room.deliver(Array.from({ length: LOG_KEPT_EVENTS + 50 }, (_, at) => unread(me, at + 1)));
    const lost = await openUser(me, { at: { epoch, seq: 49 } });
    expect((await lost.control("room.resync")).seq).toBe(LOG_KEPT_EVENTS + 50);
    const whole = await openUser(me, { at: { epoch, seq: 50 } });
    expect((await whole.control("room.gap")).events).toHaveLength(LOG_KEPT_EVENTS);
  });

  test("notices a lost last frame by the answer to its ping", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const { epoch } = await device.control("room.welcome");
    await (await roomOf(me)).deliver([unread(me, 1)]);
    device.send("ping");
    expect(await device.control("room.head")).toEqual({ v: 1, type: "room.head", epoch, seq: 1 });
  });

  test("can poll the same log", async () => {
    const me = uuidv7();
    const room = await roomOf(me);
    const start = await room.eventsAfter(null);
    expect(start).toMatchObject({ seq: 0, resync: true });
    await room.deliver([unread(me, 1), unread(me, 2)]);
    const answer = await room.eventsAfter({ epoch: start.epoch, seq: 1 });
    expect("events" in answer && answer.events.map(({ seq }) => seq)).toEqual([2]);
    expect(await room.eventsAfter({ epoch: start.epoch, seq: 2 })).toMatchObject({ seq: 2, events: [] });
    expect(await room.eventsAfter({ epoch: "other", seq: 2 })).toMatchObject({ resync: true });
  });
});

describe("a session that ended", () => {
  test("has its sockets closed, in posts too, when the delivery returns; other sessions keep theirs", async () => {
    const [me, post, ended] = [uuidv7(), uuidv7(), uuidv7()];
    const [mine, other] = [await openUser(me, { sessionId: ended }), await openUser(me)];
    const reading = await openPost(post, { viewerId: me, sessionId: ended });
    const otherTab = await openPost(post, { viewerId: me });
    const stranger = await openPost(post);
    const room = await roomOf(me);
    expect(await room.deliver([userRow(me, "session.revoked", { sessionId: ended })])).toEqual({
      failed: [],
    });
    expect(await runInDurableObject(await postRoom(post), (it) => it.connectionsOf(me))).toHaveLength(1);
    expect([await mine.closedWith(), await reading.closedWith()]).toEqual([4401, 4401]);
    await room.deliver([unread(me, 1)]);
    await (await postRoom(post)).deliver([counted(post, 1)]);
    await Promise.all([other.received(1), otherTab.received(1), stranger.received(1)]);
    expect(mine.events()).toEqual([]);
    expect(reading.events()).toEqual([]);
  });

  test("is refused, even when Postgres verified it just before it ended", async () => {
    const [me, ended] = [uuidv7(), uuidv7()];
    await (await roomOf(me)).deliver([userRow(me, "session.revoked", { sessionId: ended })]);
    expect(await (await openUser(me, { sessionId: ended })).closedWith()).toBe(4401);
    expect(await (await openPost(uuidv7(), { viewerId: me, sessionId: ended })).closedWith()).toBe(4401);
  });
});

describe("admission", () => {
  test.each([
    ["no JSON", "{", "MALFORMED_FRAME"],
    ["an unknown command", '{"type":"message.send","body":"x"}', "UNKNOWN_COMMAND"],
    ["a wrong shape", '{"type":"resume","epoch":7}', "MALFORMED_FRAME"],
    ["deep nesting", "[".repeat(16_000), "MALFORMED_FRAME"],
    ["bytes", new Uint8Array([1, 2, 3]), "MALFORMED_FRAME"],
  ])("answers %s with an error frame and stays open", async (_, frame, code) => {
    const me = uuidv7();
    const device = await openUser(me);
    device.socket.send(frame);
    expect((await device.control("room.error")).code).toBe(code);
    device.send({ type: "head" });
    await device.control("room.head");
    expect(device.isClosed()).toBe(false);
  });

  test("ends for a socket that sends a frame of 1 MiB", async () => {
    const device = await openUser(uuidv7());
    device.socket.send("x".repeat(1024 * 1024));
    expect((await device.control("room.error")).code).toBe("FRAME_TOO_LARGE");
    expect(await device.closedWith()).toBe(1009);
  });

  test("ends for a socket that sends too many commands, and for no other", async () => {
    const me = uuidv7();
    const [loud, quiet] = [await openUser(me), await openUser(me)];
    const room = await roomOf(me);
    await runInDurableObject(room, (it) => {
      const frozen = Date.now();
      it.clock = { now: () => frozen };
    });
    for (let n = 0; n <= 20; n++) loud.send({ type: "head" });
    expect((await loud.control("room.error")).code).toBe("RATE_LIMITED");
    expect(await loud.closedWith()).toBe(1008);
    quiet.send({ type: "head" });
    await quiet.control("room.head");
  });

  test("ignores the client's own headers and connection id", async () => {
    const [me, victim] = [uuidv7(), uuidv7()];
    const forged = upgrade(`/parties/user-room/me?_pk=session:${victim}`, { "x-plaza-user-id": victim });
    const response = await connectUser(forged, partyEnv, { userId: me, sessionId: uuidv7() });
    response.webSocket?.accept();
    const tags = await runInDurableObject(await roomOf(me), (it) => [...it.getConnections()][0]?.tags);
    expect(tags?.join()).not.toContain(victim);
  });

  test("is refused for a request that names another account", async () => {
    const [me, other] = [uuidv7(), uuidv7()];
    const room = await roomOf(me);
    const headers = { upgrade: "websocket", "x-plaza-user-id": other, "x-plaza-session-id": "s" };
    const response = await room.fetch(new Request("https://room.internal/", { headers }));
    const code = await new Promise((resolve) => {
      response.webSocket?.addEventListener("close", (event) => resolve(event.code));
      response.webSocket?.accept();
    });
    expect(code).toBe(4403);
  });

  test("answers a plain request with 426", async () => {
    const plain = new Request("https://plaza.test/parties/user-room/me");
    const response = await connectUser(plain, partyEnv, { userId: uuidv7(), sessionId: "s" });
    expect(response.status).toBe(426);
  });

  test("is limited to a number of sockets", async () => {
    const me = uuidv7();
    for (let n = 0; n < SOCKETS_MAX; n++) await openUser(me);
    expect(await (await openUser(me)).closedWith()).toBe(1013);
  });
});

describe("a row that cannot be parsed", () => {
  test("is reported as failed; the rows around it are sent", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const poison = [
      userRow(me, "unread.changed", { unread: "many" }),
      userRow(me, "something.new", {}),
      userRow(me, "session.revoked", {}),
    ];
    const answer = await (await roomOf(me)).deliver([unread(me, 1), ...poison, unread(me, 2)]);
    expect(answer.failed.map(({ id }) => id)).toEqual(poison.map(({ id }) => id));
    expect(answer.failed[0]?.error).toContain("data.unread");
    expect((await device.received(2)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("and keys that the protocol does not have are left out", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const sent = unread(me, 1);
    await (await roomOf(me)).deliver([{ ...sent, data: { ...(sent.data as object), email: "a@b.c" } }]);
    expect((await device.received(1))[0]?.data).not.toHaveProperty("email");
  });
});

describe("a room that hibernates", () => {
  test("keeps its log, its sockets and its subscriptions", async () => {
    const [me, post, ended] = [uuidv7(), uuidv7(), uuidv7()];
    const device = await openUser(me);
    const reading = await openPost(post, { viewerId: me, sessionId: ended });
    const { epoch } = await device.control("room.welcome");
    await (await roomOf(me)).deliver([unread(me, 1)]);
    await device.received(1);
    await evictDurableObject(await roomOf(me));
    await evictDurableObject(await postRoom(post));

    device.send("ping");
    expect(await device.control("room.head")).toMatchObject({ epoch, seq: 1 });
    await (await roomOf(me)).deliver([unread(me, 2)]);
    expect((await device.received(2))[1]?.seq).toBe(2);
    expect(await (await roomOf(me)).subscribedTopics()).toEqual([`post:${post}`]);
    await (await roomOf(me)).deliver([userRow(me, "session.revoked", { sessionId: ended })]);
    expect(await reading.closedWith()).toBe(4401);
  });

  test("and loses its sockets lets them resume from their positions", async () => {
    const me = uuidv7();
    const device = await openUser(me);
    const { epoch } = await device.control("room.welcome");
    await (await roomOf(me)).deliver([unread(me, 1)]);
    await evictDurableObject(await roomOf(me), { webSockets: "close" });
    await (await roomOf(me)).deliver([unread(me, 2)]);
    const back = await openUser(me, { at: { epoch, seq: 1 } });
    expect((await back.control("room.gap")).events.map(({ seq }) => seq)).toEqual([2]);
  });
});

describe("subscriptions", () => {
  test("end with the socket", async () => {
    const [me, post] = [uuidv7(), uuidv7()];
    const reading = await openPost(post, { viewerId: me });
    const room = await roomOf(me);
    expect(await room.subscribedTopics()).toEqual([`post:${post}`]);
    reading.socket.close(1000);
    const reader = await postRoom(post);
    const flushed = () => runInDurableObject(reader, (it) => it.pendingUnsubscribes.flush());
    await expect.poll(() => flushed().then(() => room.subscribedTopics())).toEqual([]);
  });

  test("in a post's room that crashed are removed when it is next called", async () => {
    const [me, post] = [uuidv7(), uuidv7()];
    const room = await roomOf(me);
    await room.subscribe(`post:${post}`, "a-socket-nobody-has", "s");
    await room.deliver([
      userRow(me, "relation.hidden", { otherId: uuidv7(), isHidden: true, isBlocked: true }),
    ]);
    expect(await room.subscribedTopics()).toEqual([]);
    await (await postRoom(post)).deliver([comment(post, uuidv7(), "still works")]);
  });
});
