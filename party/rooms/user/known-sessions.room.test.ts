// Holds R9 (what ends a session is obeyed) and R11 (a reconnect asks Postgres nothing) for the sessions a room knows.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { openPost, openUser, userRow } from "../../testing/room-client.ts";
import { startedUserRoom } from "../../testing/room-stubs.ts";
import { DAY_MS, HOUR_MS } from "../kit/sql.ts";

const roomOf = (userId: string) => startedUserRoom(userId);
const inAMonth = () => Date.now() + 30 * DAY_MS;

async function turnClock(userId: string, ms: number): Promise<void> {
  await runInDurableObject(await roomOf(userId), (it) => {
    it.clock = { now: () => Date.now() + ms };
  });
}

test("a session that was proved is recognised by its token's digest, also after the room has slept", async () => {
  const [me, session] = [uuidv7(), uuidv7()];
  const room = await roomOf(me);
  expect(await room.findVerifiedSession("digest")).toBeNull();
  await room.storeVerifiedSession("digest", session, inAMonth());
  await evictDurableObject(room);
  expect(await (await roomOf(me)).findVerifiedSession("digest")).toBe(session);
});

test("another account's room does not recognise it", async () => {
  const [me, other] = [uuidv7(), uuidv7()];
  await (await roomOf(me)).storeVerifiedSession("digest", uuidv7(), inAMonth());
  expect(await (await roomOf(other)).findVerifiedSession("digest")).toBeNull();
});

test("a session that ended is not recognised from that moment on; another of the account is", async () => {
  const [me, ended, kept] = [uuidv7(), uuidv7(), uuidv7()];
  const room = await roomOf(me);
  await room.storeVerifiedSession("ended", ended, inAMonth());
  await room.storeVerifiedSession("kept", kept, inAMonth());
  await room.deliver([userRow(me, "session.revoked", { sessionId: ended })]);
  expect([await room.findVerifiedSession("ended"), await room.findVerifiedSession("kept")]).toEqual([
    null,
    kept,
  ]);
});

test("a session that ended between its proof and the room's being told of it is not remembered", async () => {
  const [me, ended] = [uuidv7(), uuidv7()];
  const room = await roomOf(me);
  await room.deliver([userRow(me, "session.revoked", { sessionId: ended })]);
  await room.storeVerifiedSession("digest", ended, inAMonth());
  expect(await room.findVerifiedSession("digest")).toBeNull();
});

test("after a day Postgres is asked again", async () => {
  const [me, session] = [uuidv7(), uuidv7()];
  const room = await roomOf(me);
  await room.storeVerifiedSession("digest", session, inAMonth());
  await turnClock(me, DAY_MS + 1_000);
  expect(await room.findVerifiedSession("digest")).toBeNull();
  await room.storeVerifiedSession("digest", session, inAMonth());
  expect(await room.findVerifiedSession("digest")).toBe(session);
});

test("a session that runs out by itself loses its sockets, posts included; others stay", async () => {
  const [me, post, session] = [uuidv7(), uuidv7(), uuidv7()];
  const room = await roomOf(me);
  await room.storeVerifiedSession("digest", session, Date.now() + HOUR_MS);
  await room.storeVerifiedSession("other", uuidv7(), inAMonth());
  const [mine, other] = [await openUser(me, { sessionId: session }), await openUser(me)];
  const reading = await openPost(post, { viewerId: me, sessionId: session });
  await runDurableObjectAlarm(room);
  expect(mine.isClosed()).toBe(false);
  await turnClock(me, HOUR_MS + 1_000);
  await runDurableObjectAlarm(room);
  expect([await mine.closedWith(), await reading.closedWith()]).toEqual([4401, 4401]);
  expect(other.isClosed()).toBe(false);
  // The next one's end is what the room wakes for.
  expect(await runInDurableObject(room, (_, state) => state.storage.getAlarm())).not.toBeNull();
});
