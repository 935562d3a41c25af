// Holds the accessRevocation of a conversation's room: who is heard, what a first visit costs, what a crash right after a change leaves.
import { runInDurableObject } from "cloudflare:test";
import type { Connection } from "partyserver";
import { uuidv7 } from "uuidv7";
import { expect, test, vi } from "vitest";
import { conversationOf, order, say } from "../../testing/conversation-fixtures.ts";
import { person } from "../../testing/roster-fixtures.ts";

test("a socket that is not let in yet is not heard: its resume must not be answered as if nothing were missed", async () => {
  const [ann, ben] = [uuidv7(), uuidv7()];
  const talk = await conversationOf([ann, ben]);
  const a = await talk.open(ann);
  const { epoch, seq } = await a.control("room.welcome");
  await say(a, "missed");
  const send = vi.fn();
  await runInDurableObject(talk.room, (it) => {
    const early = { id: uuidv7(), send, close: vi.fn() } as unknown as Connection;
    it.onMessage(early, JSON.stringify({ type: "resume", epoch, seq }));
    it.onMessage(early, JSON.stringify({ type: "head" }));
    it.onMessage(early, "nonsense");
  });
  expect(send).not.toHaveBeenCalled();
});

test("a welcome says for how long nothing has happened: whoever read since then reads nothing twice", async () => {
  const [ann, ben] = [uuidv7(), uuidv7()];
  const talk = await conversationOf([ann, ben]);
  const turn = await talk.freeze();
  await say(await talk.open(ann), "words");
  turn(90_000);
  expect((await (await talk.open(ben)).control("room.welcome")).idleMs).toBe(90_000);
});

test.each(["a silenced conversation", "words that were taken back"])(
  "that %s is to be told to everybody's account outlives a crash in the same moment",
  async (what) => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const a = await talk.open(ann);
    const { seq } = await say(a, "words");
    const owed = () =>
      runInDurableObject(talk.room, (_, { storage }) =>
        storage.sql
          .exec<{ user_id: string }>("select user_id from people where rev > told_rev order by user_id")
          .toArray()
          .map((row) => row.user_id),
      );
    await expect.poll(owed, { timeout: 15_000 }).toEqual([]);
    // Whatever is told from now on waits: the crash comes first.
    await runInDurableObject(talk.room, (it) => {
      vi.spyOn(it, "touchAccount").mockRejectedValue(new Error("crashed"));
    });
    if (what === "a silenced conversation")
      await talk.tell({ participants: [person(ann), person(ben, { isMuted: true })] });
    else expect(await order(a, { type: "message.delete", seq })).toBe("done");
    expect(await owed()).toEqual([ann, ben].sort());
  },
);
