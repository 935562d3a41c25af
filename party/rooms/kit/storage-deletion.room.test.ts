// Holds that a room that was asked for by a made-up name keeps no storage.

import { runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect, test, vi } from "vitest";
import { conversationRoom, userRoom } from "../../stubs.ts";
import { conversationOf, memoryStore } from "../../testing/conversation-fixtures.ts";
import { partyEnv } from "../../testing/room-stubs.ts";
import type { ConversationRoom } from "../conversation/conversation.room.ts";
import { UNUSED_STORAGE_KEPT_MS } from "./base-room.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const instances = new WeakSet<object>();
const deleted = () => wait(UNUSED_STORAGE_KEPT_MS + 500);

test("deletes the storage of a conversation that does not exist", async () => {
  const id = uuidv7();
  const room = () => conversationRoom(partyEnv, id) as unknown as DurableObjectStub<ConversationRoom>;
  const given = await runInDurableObject(room(), (it, { storage }) => {
    it.store = memoryStore();
    instances.add(it);
    return vi.spyOn(storage, "deleteAll");
  });
  expect(await room().page(uuidv7(), { limit: 1 })).toMatchObject({ ok: false, code: "NOT_FOUND" });
  await deleted();
  expect(given).toHaveBeenCalledOnce();
  expect(await runInDurableObject(room(), (it) => instances.has(it))).toBe(false);
});

test("deletes the storage of an account that does not exist", async () => {
  const id = uuidv7();
  const room = () => userRoom(partyEnv, id);
  const given = await runInDurableObject(room(), (it, { storage }) => {
    instances.add(it);
    return vi.spyOn(storage, "deleteAll");
  });
  expect(await room().findVerifiedSession("digest")).toBeNull();
  await deleted();
  expect(given).toHaveBeenCalledOnce();
  expect(await runInDurableObject(room(), (it) => instances.has(it))).toBe(false);
});

test("keeps the storage of an existing account and conversation, whatever is asked of them", async () => {
  const [me, ann] = [uuidv7(), uuidv7()];
  const conversation = await conversationOf([ann, uuidv7()]);
  const room = userRoom(partyEnv, me);
  expect(await room.findVerifiedSession("digest")).toBeNull();
  await room.storeVerifiedSession("digest", "session", Date.now() + 60_000);
  expect(await room.findVerifiedSession("another")).toBeNull();
  expect(await conversation.room.page(uuidv7(), { limit: 1 })).toMatchObject({ code: "NOT_FOUND" });
  await deleted();
  expect(await room.findVerifiedSession("digest")).toBe("session");
  expect(await conversation.room.page(ann, { limit: 1 })).toMatchObject({ ok: true });
});
