// Holds that a conversation without accounts keeps no storage in its room.
import { runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { expect, test, vi } from "vitest";
import { conversationOf, memoryStore, sendMessage } from "../../testing/conversation-fixtures.ts";
import { row } from "../../testing/room-client.ts";
import { startedConversationRoom } from "../../testing/room-stubs.ts";
import { member, snapshot } from "../../testing/roster-fixtures.ts";
import { CONVERSATION_DELETED } from "./conversation.room.ts";

test("the deletion of the last account deletes the room's storage, and closes its sockets", async () => {
  const ann = uuidv7();
  const conversation = await conversationOf([ann]);
  const client = await conversation.open(ann);
  await sendMessage(client, "words");
  const instances = new WeakSet<object>();
  const deleteAll = await runInDurableObject(conversation.room, (it, { storage }) => {
    instances.add(it);
    return vi.spyOn(storage, "deleteAll");
  });
  const deleted = row(`conversation:${conversation.id}`, CONVERSATION_DELETED, {});
  expect(await conversation.room.deliver([deleted])).toEqual({ failed: [] });
  expect(deleteAll).toHaveBeenCalledOnce();
  expect(await client.closedWith()).toBe(4403);
  await scheduler.wait(500);
  const room = await startedConversationRoom(conversation.id);
  const after = await runInDurableObject(room, (it, { storage }) => {
    it.store = memoryStore();
    const messages = storage.sql.exec("select seq from messages").toArray();
    return { messages, isSameInstance: instances.has(it) };
  });
  expect(after).toEqual({ messages: [], isSameInstance: false });
  expect(await room.page(ann, { limit: 1 })).toMatchObject({ ok: false, code: "NOT_FOUND" });
  expect(await room.deliver([deleted])).toEqual({ failed: [] });
});

test("a roster that is delivered after the deletion of its conversation is dropped, once Postgres confirms the deletion", async () => {
  const id = uuidv7();
  const room = await startedConversationRoom(id);
  const store = memoryStore();
  store.isAway = true;
  await runInDurableObject(room, (instance) => {
    instance.store = store;
  });
  const rosters = () =>
    runInDurableObject(room, (_, { storage }) => storage.sql.exec("select 1 from roster").toArray().length);
  const late = row(`conversation:${id}`, "conversation.snapshot", snapshot(id, [member(uuidv7())]));
  expect(await room.deliver([late])).toMatchObject({ failed: [{ id: late.id }] });
  store.isAway = false;
  expect(await room.deliver([late])).toEqual({ failed: [] });
  expect(await rosters()).toBe(0);
});
