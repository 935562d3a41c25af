// Holds R1-R4, R6, R9 for conversations: one order, nothing twice, nothing lost, nobody hears what is not for them.
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { conversationOf, messagesOf, say } from "./conversation-rig.ts";

describe("a message", () => {
  test("is acked, told to everybody, and stored in Postgres a moment later", async () => {
    const [ann, ben] = [uuidv7(), uuidv7()];
    const talk = await conversationOf([ann, ben]);
    const [a, b] = [await talk.open(ann), await talk.open(ben)];
    const ack = await say(a, "hello");
    expect(ack.seq).toBe(1);
    await b.heard(1);
    expect(messagesOf(b)).toMatchObject([{ seq: 1, id: ack.id, body: "hello", senderId: ann }]);
    await expect.poll(() => talk.store.messages.get(1)?.body).toBe("hello");
    await expect.poll(() => talk.store.pointers.get(ben)).toMatchObject({ unread: 1, readSeq: 0 });
    expect(talk.store.pointers.get(ann)).toMatchObject({ unread: 0, readSeq: 1 });
  });
});
