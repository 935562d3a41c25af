// Holds that names nobody has cost no storage: rooms made by asking for them are gone soon after.

import { runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect, test, vi } from "vitest";
import { conversationRoom, userRoom } from "../../stubs.ts";
import { conversationOf, memoryStore } from "../../testing/conversation-fixtures.ts";
import { partyEnv } from "../../testing/room-stubs.ts";
import type { ConversationRoom } from "../conversation/conversation.room.ts";
import { VANISH_AFTER_MS } from "./live-room.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lives = new WeakSet<object>();
const vanished = () => wait(VANISH_AFTER_MS + 500);

test("a conversation that there is not", async () => {
  const id = uuidv7();
  const room = () => conversationRoom(partyEnv, id) as unknown as DurableObjectStub<ConversationRoom>;
  const given = await runInDurableObject(room(), (it, { storage }) => {
    it.store = memoryStore();
    lives.add(it);
    return vi.spyOn(storage, "deleteAll");
  });
  expect(await room().page(uuidv7(), { limit: 1 })).toMatchObject({ ok: false, code: "NOT_FOUND" });
  await vanished();
  expect(given).toHaveBeenCalledOnce();
  expect(await runInDurableObject(room(), (it) => lives.has(it))).toBe(false);
});

test("an account that there is not", async () => {
  const id = uuidv7();
  const room = () => userRoom(partyEnv, id);
  const given = await runInDurableObject(room(), (it, { storage }) => {
    lives.add(it);
    return vi.spyOn(storage, "deleteAll");
  });
  expect(await room().findVerifiedSession("digest")).toBeNull();
  await vanished();
  expect(given).toHaveBeenCalledOnce();
  expect(await runInDurableObject(room(), (it) => lives.has(it))).toBe(false);
});

test("an account or a conversation that there is stays, whatever is asked of it", async () => {
  const [me, ann] = [uuidv7(), uuidv7()];
  const talk = await conversationOf([ann, uuidv7()]);
  const room = userRoom(partyEnv, me);
  expect(await room.findVerifiedSession("digest")).toBeNull();
  await room.storeVerifiedSession("digest", "session", Date.now() + 60_000);
  expect(await room.findVerifiedSession("another")).toBeNull();
  expect(await talk.room.page(uuidv7(), { limit: 1 })).toMatchObject({ code: "NOT_FOUND" });
  await vanished();
  expect(await room.findVerifiedSession("digest")).toBe("session");
  expect(await talk.room.page(ann, { limit: 1 })).toMatchObject({ ok: true });
});
