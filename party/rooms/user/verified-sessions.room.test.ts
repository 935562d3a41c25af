// Holds R9 (an ended session is refused) and R11 (a reconnect needs no query) for verified sessions.

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

test("a verified session is found by its token's digest, also after an eviction", async () => {
  const [me, session] = [uuidv7(), uuidv7()];
  const room = await roomOf(me);
  expect(await room.findVerifiedSession("digest")).toBeNull();
  await room.storeVerifiedSession("digest", session, inAMonth());
  await evictDurableObject(room);
  expect(await (await roomOf(me)).findVerifiedSession("digest")).toBe(session);
});

test("another account's room does not find it", async () => {
  const [me, other] = [uuidv7(), uuidv7()];
  await (await roomOf(me)).storeVerifiedSession("digest", uuidv7(), inAMonth());
  expect(await (await roomOf(other)).findVerifiedSession("digest")).toBeNull();
});

test("an ended session is no longer found; the account's other sessions are", async () => {
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

test("a session that ended between its verification and the call to the room is not stored", async () => {
  const [me, ended] = [uuidv7(), uuidv7()];
  const room = await roomOf(me);
  await room.deliver([userRow(me, "session.revoked", { sessionId: ended })]);
  await room.storeVerifiedSession("digest", ended, inAMonth());
  expect(await room.findVerifiedSession("digest")).toBeNull();
});

test("after a day Postgres verifies a session again", async () => {
  const [me, session] = [uuidv7(), uuidv7()];
  const room = await roomOf(me);
  await room.storeVerifiedSession("digest", session, inAMonth());
  await turnClock(me, DAY_MS + 1_000);
  expect(await room.findVerifiedSession("digest")).toBeNull();
  await room.storeVerifiedSession("digest", session, inAMonth());
  expect(await room.findVerifiedSession("digest")).toBe(session);
});

test("an expired session has its sockets closed, in posts too; others keep theirs", async () => {
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
  // The alarm is set for the expiry of the next session.
  expect(await runInDurableObject(room, (_, state) => state.storage.getAlarm())).not.toBeNull();
});
