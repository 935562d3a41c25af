// Holds R3, R4 (a gap is sent whole), R9 (a block takes effect at once), and at most four frames a second.

import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { HIDDEN_AUTHORS_IN_HEADER_MAX } from "../../gateway/connect.ts";
import { postRoom } from "../../stubs.ts";
import { changesOf, comment, counted, openPost, postRow, userRow } from "../../testing/room-client.ts";
import { partyEnv, startedPostRoom, startedUserRoom } from "../../testing/room-stubs.ts";
import { LOGGING_KEPT_MS } from "./post.room.ts";
import { FLUSH_EVERY_MS } from "./post-changes.ts";

const roomOf = (postId: string) => startedPostRoom(postId);
const accountOf = (userId: string) => startedUserRoom(userId);

/** Stops the room's clock; turning it on sends what is due. */
async function freeze(postId: string) {
  const room = await roomOf(postId);
  let now = Date.now();
  await runInDurableObject(room, (it) => {
    it.clock = { now: () => now };
  });
  return async (ms: number) => {
    now += ms;
    await room.deliver([]);
  };
}

describe("frames", () => {
  test("are merged: a hundred deliveries within 250 ms are two frames with the newest counts", async () => {
    const post = uuidv7();
    const [member, guest] = [await openPost(post, { viewerId: uuidv7() }), await openPost(post)];
    const room = await roomOf(post);
    const turn = await freeze(post);
    for (let version = 1; version <= 100; version++) await room.deliver([counted(post, version)]);
    expect(await guest.received(1)).toHaveLength(1);
    await turn(FLUSH_EVERY_MS - 1);
    expect(guest.events()).toHaveLength(1);
    await turn(1);
    const events = await guest.received(2);
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, "post.changed"],
      [2, "post.changed"],
    ]);
    expect(changesOf(events[1])).toEqual([counted(post, 100)].map(({ type, data }) => ({ type, data })));
    expect(await member.received(2)).toEqual(events);
  });

  test("are at most four in a second of steady changes", async () => {
    const post = uuidv7();
    const reader = await openPost(post);
    const turn = await freeze(post);
    const room = await roomOf(post);
    for (let version = 1; version <= 100; version++) {
      await room.deliver([counted(post, version)]);
      await turn(10);
    }
    await turn(FLUSH_EVERY_MS);
    // One at once, one for each 250 ms of the 1,000 that passed, one for the rest.
    expect(await reader.received(5)).toHaveLength(5);
    expect(changesOf(reader.events().at(-1))[0]).toMatchObject({ data: { counts: { version: 100 } } });
  });

  test("are sent by a timer, without another delivery", async () => {
    const post = uuidv7();
    const reader = await openPost(post);
    const room = await roomOf(post);
    await room.deliver([counted(post, 1)]);
    await room.deliver([comment(post, uuidv7(), "hello")]);
    expect((await reader.received(2)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("have a redelivered row once", async () => {
    const post = uuidv7();
    const reader = await openPost(post);
    const room = await roomOf(post);
    const turn = await freeze(post);
    const sent = comment(post, uuidv7(), "once");
    await room.deliver([sent, sent]);
    await room.deliver([sent]);
    await turn(FLUSH_EVERY_MS);
    await room.deliver([counted(post, 1)]);
    expect((await reader.received(2)).map((each) => changesOf(each).length)).toEqual([1, 1]);
  });

  test("have no viewer state, whatever the row has", async () => {
    const post = uuidv7();
    const reader = await openPost(post);
    const sent = comment(post, uuidv7(), "hello");
    await (await roomOf(post)).deliver([
      { ...sent, data: { ...(sent.data as object), viewer: { vote: 1 } } },
    ]);
    expect(changesOf((await reader.received(1))[0])[0]?.data).toMatchObject({ viewer: null });
  });

  test("leave out a row that cannot be parsed, and report it", async () => {
    const post = uuidv7();
    const reader = await openPost(post);
    const poison = [postRow(post, "comment.created", { id: post }), postRow(post, "relation.hidden", {})];
    const answer = await (await roomOf(post)).deliver([...poison, counted(post, 1)]);
    expect(answer.failed.map(({ id }) => id)).toEqual(poison.map(({ id }) => id));
    expect(changesOf((await reader.received(1))[0])).toHaveLength(1);
  });
});

describe("a post without readers", () => {
  test("logs nothing before its first reader connects", async () => {
    const post = uuidv7();
    const room = await roomOf(post);
    expect((await room.deliver([counted(post, 1), comment(post, uuidv7(), "hello")])).failed).toEqual([]);
    expect((await (await openPost(post)).control("room.welcome")).seq).toBe(0);
  });

  test("logs for a while after the last reader left; later it sends a resync to a reader who comes back", async () => {
    const post = uuidv7();
    const room = await roomOf(post);
    const leave = async () => {
      const reader = await openPost(post);
      const welcome = await reader.control("room.welcome");
      reader.socket.close();
      await expect.poll(() => runInDurableObject(room, (it) => [...it.getConnections()].length)).toBe(0);
      return welcome;
    };
    const { epoch } = await leave();
    await room.deliver([counted(post, 1)]);
    const soon = await openPost(post, { at: { epoch, seq: 0 } });
    expect((await soon.control("room.gap")).events).toHaveLength(1);
    soon.socket.close();
    await expect.poll(() => runInDurableObject(room, (it) => [...it.getConnections()].length)).toBe(0);
    await runInDurableObject(room, (it) => {
      it.clock = { now: () => Date.now() + LOGGING_KEPT_MS + 60_000 };
    });
    await room.deliver([counted(post, 2)]);
    const late = await openPost(post, { at: { epoch, seq: 1 } });
    expect(await late.control("room.resync")).toMatchObject({ seq: 0 });
    expect((await late.control("room.welcome")).epoch).not.toBe(epoch);
  });
});

describe("a reader who was away", () => {
  test("gets the gap in order, signed in or not", async () => {
    const post = uuidv7();
    const guest = await openPost(post);
    const { epoch } = await guest.control("room.welcome");
    const turn = await freeze(post);
    for (let version = 1; version <= 3; version++) {
      await (await roomOf(post)).deliver([counted(post, version)]);
      await turn(FLUSH_EVERY_MS);
    }
    await guest.received(3);
    const gap = await (await openPost(post, { at: { epoch, seq: 1 } })).control("room.gap");
    expect(gap.events.map(({ seq }) => seq)).toEqual([2, 3]);
    const stale = await openPost(post, { at: { epoch: "another life", seq: 1 } });
    expect((await stale.control("room.resync")).seq).toBe(3);
  });

  test("never gets the text of a comment that was deleted since", async () => {
    const post = uuidv7();
    const guest = await openPost(post);
    const { epoch } = await guest.control("room.welcome");
    const turn = await freeze(post);
    const id = uuidv7();
    await (await roomOf(post)).deliver([comment(post, uuidv7(), "a secret", id)]);
    await turn(FLUSH_EVERY_MS);
    await (await roomOf(post)).deliver([
      postRow(post, "comment.deleted", { id, deletedAt: new Date().toISOString() }),
    ]);
    await guest.received(2);
    const back = await openPost(post, { at: { epoch, seq: 0 } });
    const gap = await back.control("room.gap");
    expect(back.texts.join()).not.toContain("a secret");
    expect(changesOf(gap.events[0])[0]?.data).toMatchObject({ id, body: null, author: null });
  });

  test("does not get the text of a deleted comment whose creation is delivered late", async () => {
    const post = uuidv7();
    const guest = await openPost(post);
    const id = uuidv7();
    const turn = await freeze(post);
    await (await roomOf(post)).deliver([
      postRow(post, "comment.deleted", { id, deletedAt: new Date().toISOString() }),
    ]);
    await turn(FLUSH_EVERY_MS);
    await (await roomOf(post)).deliver([comment(post, uuidv7(), "a secret", id)]);
    await guest.received(2);
    expect(guest.texts.join()).not.toContain("a secret");
  });

  test("of a deleted post gets a resync", async () => {
    const post = uuidv7();
    const guest = await openPost(post);
    const { epoch } = await guest.control("room.welcome");
    const turn = await freeze(post);
    await (await roomOf(post)).deliver([comment(post, uuidv7(), "words")]);
    await turn(FLUSH_EVERY_MS);
    await (await roomOf(post)).deliver([postRow(post, "post.deleted", { id: uuidv7() })]);
    await turn(FLUSH_EVERY_MS);
    await guest.received(2);
    expect((await (await openPost(post, { at: { epoch, seq: 0 } })).control("room.gap")).events).toHaveLength(
      2,
    );
    await (await roomOf(post)).deliver([postRow(post, "post.deleted", { id: post })]);
    expect(changesOf((await guest.received(3))[2])).toEqual([{ type: "post.deleted", data: { id: post } }]);
    expect(guest.isClosed()).toBe(false);
    const late = await openPost(post, { at: { epoch, seq: 0 } });
    await late.control("room.resync");
    expect(late.texts.join()).not.toContain("words");
  });
});

describe("a hidden author", () => {
  test("is left out for that viewer, live and in a gap, and the seqs stay dense", async () => {
    const [post, viewer, hidden, friend] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer, hidden: [hidden] });
    const guest = await openPost(post);
    const { epoch } = await reader.control("room.welcome");
    const turn = await freeze(post);
    await (await roomOf(post)).deliver([comment(post, friend, "from a friend")]);
    await (await roomOf(post)).deliver([comment(post, hidden, "unwanted"), counted(post, 2)]);
    await turn(FLUSH_EVERY_MS);
    await (await roomOf(post)).deliver([comment(post, hidden, "unwanted again")]);
    await turn(FLUSH_EVERY_MS);
    const events = await reader.received(3);
    expect(events.map((each) => [each.seq, changesOf(each).map(({ type }) => type)])).toEqual([
      [1, ["comment.created"]],
      [2, ["post.counted"]],
      [3, []],
    ]);
    expect((await guest.received(3)).map((each) => changesOf(each).length)).toEqual([1, 2, 1]);

    const at = { epoch, seq: 0 };
    const back = await openPost(post, { viewerId: viewer, hidden: [hidden], at });
    expect((await back.control("room.gap")).events).toEqual(events);
    expect([...reader.texts, ...back.texts].join()).not.toContain("unwanted");
  });

  test("is left out from the next frame on when the delivery of the change has returned", async () => {
    const [post, viewer, other] = [uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer });
    const account = await accountOf(viewer);
    await account.deliver([
      userRow(viewer, "relation.hidden", { otherId: other, isHidden: true, isBlocked: true }),
    ]);
    await (await roomOf(post)).deliver([comment(post, other, "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
    await account.deliver([
      userRow(viewer, "relation.hidden", { otherId: other, isHidden: false, isBlocked: false }),
    ]);
    await (await roomOf(post)).deliver([comment(post, other, "wanted again")]);
    expect(changesOf((await reader.received(2))[1])).toHaveLength(1);
  });

  test("stays hidden when an older change arrives late", async () => {
    const [post, viewer, other] = [uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer });
    const older = userRow(viewer, "relation.hidden", { otherId: other, isHidden: false, isBlocked: false });
    const newer = userRow(viewer, "relation.hidden", { otherId: other, isHidden: true, isBlocked: true });
    await (await accountOf(viewer)).deliver([newer]);
    await (await accountOf(viewer)).deliver([older]);
    await (await roomOf(post)).deliver([comment(post, other, "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
  });

  test("who was hidden just before the socket opened is hidden, although the list does not have them yet", async () => {
    const [post, viewer, other] = [uuidv7(), uuidv7(), uuidv7()];
    await (await accountOf(viewer)).deliver([
      userRow(viewer, "relation.hidden", { otherId: other, isHidden: true, isBlocked: true }),
    ]);
    const reader = await openPost(post, { viewerId: viewer, hidden: [] });
    await (await roomOf(post)).deliver([comment(post, other, "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
  });

  test("who was hidden just before the socket opened stays hidden when an older change arrives in between", async () => {
    const [post, viewer, other] = [uuidv7(), uuidv7(), uuidv7()];
    const older = userRow(viewer, "relation.hidden", { otherId: other, isHidden: false, isBlocked: false });
    const newer = userRow(viewer, "relation.hidden", { otherId: other, isHidden: true, isBlocked: true });
    await (await accountOf(viewer)).deliver([newer]);
    await (await accountOf(viewer)).deliver([older]);
    const reader = await openPost(post, { viewerId: viewer, hidden: [] });
    await (await roomOf(post)).deliver([comment(post, other, "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
  });

  test("stays hidden when two calls to the room arrive in the wrong order", async () => {
    const [post, viewer, otherId] = [uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer });
    const [older, newer] = [uuidv7(), uuidv7()];
    const room = await roomOf(post);
    await room.changeHiddenAuthor(viewer, { otherId, isHidden: true, isBlocked: true, order: newer });
    await room.changeHiddenAuthor(viewer, { otherId, isHidden: false, isBlocked: false, order: older });
    await room.deliver([comment(post, otherId, "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
  });

  test("who is on the list is hidden, although an older change arrives later", async () => {
    const [post, viewer, other] = [uuidv7(), uuidv7(), uuidv7()];
    const older = userRow(viewer, "relation.hidden", { otherId: other, isHidden: false, isBlocked: false });
    const newer = userRow(viewer, "relation.hidden", { otherId: other, isHidden: true, isBlocked: true });
    await (await accountOf(viewer)).deliver([newer]);
    const reader = await openPost(post, { viewerId: viewer, hidden: [other] });
    await (await accountOf(viewer)).deliver([older]);
    await (await roomOf(post)).deliver([comment(post, other, "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
  });

  test("who is on a newer list is hidden, although a change showed them a moment ago", async () => {
    const [post, viewer, other] = [uuidv7(), uuidv7(), uuidv7()];
    const first = await openPost(post, { viewerId: viewer, hidden: [other] });
    await (await accountOf(viewer)).deliver([
      userRow(viewer, "relation.hidden", { otherId: other, isHidden: false, isBlocked: false }),
    ]);
    await openPost(post, { viewerId: viewer, hidden: [other] });
    await (await roomOf(post)).deliver([comment(post, other, "unwanted")]);
    expect(changesOf((await first.received(1))[0])).toEqual([]);
  });

  test("who wrote the post and is blocked: the socket is closed, and a new one is refused", async () => {
    const [post, viewer, author] = [uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer, authorId: author });
    await (await accountOf(viewer)).deliver([
      userRow(viewer, "relation.hidden", { otherId: author, isHidden: true, isBlocked: true }),
    ]);
    expect(await reader.closedWith()).toBe(4403);
    expect(await (await openPost(post, { viewerId: viewer, authorId: author })).closedWith()).toBe(4403);
  });

  test("who wrote the post and is muted: the socket stays open, the comments are hidden", async () => {
    const [post, viewer, author] = [uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer, authorId: author, hidden: [author] });
    await (await accountOf(viewer)).deliver([
      userRow(viewer, "relation.hidden", { otherId: author, isHidden: true, isBlocked: false }),
    ]);
    await (await roomOf(post)).deliver([comment(post, author, "unwanted"), counted(post, 1)]);
    expect(changesOf((await reader.received(1))[0]).map(({ type }) => type)).toEqual(["post.counted"]);
    expect(reader.isClosed()).toBe(false);
  });

  test("may be one of thousands: a long list is sent by RPC and not in a header", async () => {
    const [post, viewer] = [uuidv7(), uuidv7()];
    const hidden = Array.from({ length: HIDDEN_AUTHORS_IN_HEADER_MAX * 10 }, () => uuidv7());
    const reader = await openPost(post, { viewerId: viewer, hidden });
    await (await roomOf(post)).deliver([comment(post, hidden.at(-1) ?? "", "unwanted")]);
    expect(changesOf((await reader.received(1))[0])).toEqual([]);
  });
});

describe("a room that was evicted", () => {
  test("by hibernation still has its sockets, their seqs, and who is hidden from whom", async () => {
    const [post, viewer, hidden] = [uuidv7(), uuidv7(), uuidv7()];
    const reader = await openPost(post, { viewerId: viewer, hidden: [hidden] });
    await (await roomOf(post)).deliver([counted(post, 1)]);
    await reader.received(1);
    await evictDurableObject(await roomOf(post));
    reader.send("ping");
    expect((await reader.control("room.head")).seq).toBe(1);
    await (await roomOf(post)).deliver([comment(post, hidden, "unwanted"), counted(post, 2)]);
    const events = await reader.received(2);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(changesOf(events[1]).map(({ type }) => type)).toEqual(["post.counted"]);
  });

  test.each([
    ["the alarm alone finds it", true],
    ["the first visitor finds it", false],
  ])("by a crash sends what was waiting: %s, and whoever comes back has it whole", async (_, byAlarm) => {
    const post = uuidv7();
    const reader = await openPost(post);
    const { epoch } = await reader.control("room.welcome");
    await freeze(post);
    await (await roomOf(post)).deliver([counted(post, 1)]);
    await (await roomOf(post)).deliver([comment(post, uuidv7(), "acknowledged")]);
    expect(await reader.received(1)).toHaveLength(1);
    await abortAllDurableObjects();

    if (byAlarm) expect(await runDurableObjectAlarm(postRoom(partyEnv, post))).toBe(true);
    const back = await openPost(post, { at: { epoch, seq: 1 } });
    const gap = await back.control("room.gap");
    expect(gap.events.map(({ seq }) => seq)).toEqual([2]);
    expect(JSON.stringify(gap.events)).toContain("acknowledged");
  });
});

test("a socket receives no event before its UserRoom has registered it", async () => {
  const [post, viewer] = [uuidv7(), uuidv7()];
  const account = await accountOf(viewer);
  // The UserRoom does not answer meanwhile.
  const blocked = runInDurableObject(account, (_, state) =>
    state.blockConcurrencyWhile(() => scheduler.wait(1_500)),
  );
  await scheduler.wait(100);
  const opening = openPost(post, { viewerId: viewer });
  const guest = await openPost(post);
  await (await roomOf(post)).deliver([counted(post, 1)]);
  await guest.received(1);
  const reader = await opening;
  expect((await reader.control("room.welcome")).seq).toBe(1);
  expect(reader.events()).toEqual([]);
  await blocked;
});

test("a socket without the headers of the gateway is closed", async () => {
  const room = await roomOf(uuidv7());
  const response = await room.fetch(
    new Request("https://room.internal/", { headers: { upgrade: "websocket" } }),
  );
  const code = await new Promise((resolve) => {
    response.webSocket?.addEventListener("close", (event) => resolve(event.code));
    response.webSocket?.accept();
  });
  expect(code).toBe(4403);
});
