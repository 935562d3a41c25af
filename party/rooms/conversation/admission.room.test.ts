// Holds the admission of sockets to a conversation's room, and what is stored when it crashes right after a change.
import { runInDurableObject } from "cloudflare:test";
import type { Connection } from "partyserver";
import { uuidv7 } from "uuidv7";
import { expect, test, vi } from "vitest";
import { conversationOf, runCommand, sendMessage } from "../../testing/conversation-fixtures.ts";
import { member } from "../../testing/roster-fixtures.ts";

test("frames of a socket that is not admitted yet are ignored: a resume must not be answered as if nothing was missed", async () => {
  const [ann, ben] = [uuidv7(), uuidv7()];
  const conversation = await conversationOf([ann, ben]);
  const a = await conversation.open(ann);
  const { epoch, seq } = await a.control("room.welcome");
  await sendMessage(a, "missed");
  const send = vi.fn();
  await runInDurableObject(conversation.room, (it) => {
    const early = { id: uuidv7(), send, close: vi.fn() } as unknown as Connection;
    it.onMessage(early, JSON.stringify({ type: "resume", epoch, seq }));
    it.onMessage(early, JSON.stringify({ type: "head" }));
    it.onMessage(early, "nonsense");
  });
  expect(send).not.toHaveBeenCalled();
});

test("a welcome contains the time since the last event, so that a client that has read since then reads nothing twice", async () => {
  const [ann, ben] = [uuidv7(), uuidv7()];
  const conversation = await conversationOf([ann, ben]);
  const turn = await conversation.freeze();
  await sendMessage(await conversation.open(ann), "words");
  turn(90_000);
  expect((await (await conversation.open(ben)).control("room.welcome")).idleMs).toBe(90_000);
});

test.each(["a muted conversation", "a deleted message"])(
  "the notification of every account about %s is repeated after a crash in the same moment",
  async (what) => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const conversation = await conversationOf([ann, ben]);
    const a = await conversation.open(ann);
    const { seq } = await sendMessage(a, "words");
    const unacknowledged = () =>
      runInDurableObject(conversation.room, (_, { storage }) =>
        storage.sql
          .exec<{ user_id: string }>(
            "select user_id from member_states where rev > acknowledged_rev order by user_id",
          )
          .toArray()
          .map((row) => row.user_id),
      );
    await expect.poll(unacknowledged, { timeout: 15_000 }).toEqual([]);
    // Every notification fails from now on, as in a crash.
    await runInDurableObject(conversation.room, (it) => {
      vi.spyOn(it, "sendMemberState").mockRejectedValue(new Error("crashed"));
    });
    if (what === "a muted conversation")
      await conversation.deliverRoster({ participants: [member(ann), member(ben, { isMuted: true })] });
    else expect(await runCommand(a, { type: "message.delete", seq })).toBe("done");
    expect(await unacknowledged()).toEqual([ann, ben].sort());
  },
);
