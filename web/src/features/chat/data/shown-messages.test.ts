import { describe, expect, it } from "vitest";
import { ackedMessage, addMessage, historyOf } from "./message-history.ts";
import { receiptOf } from "./receipts.ts";
import { sampleEntry, sampleMember, sampleMessage } from "./sample.test-data.ts";
import { shownMessages } from "./shown-messages.ts";

const none = () => undefined;

describe("shown messages", () => {
  it("keep their key from pending to acked to received by event, without duplicates", () => {
    const entry = sampleEntry("x");
    const ack = { clientId: "x", seq: 3, id: "m3", at: "2026-01-01T00:03:00.000Z" };
    const before = historyOf({ items: [sampleMessage(2), sampleMessage(1)], nextCursor: null, quoted: [] });
    const acked = addMessage(before, ackedMessage(entry, ack));
    const byEvent = addMessage(acked, sampleMessage(3, { clientId: "x", senderId: "ann", body: entry.body }));
    const rows = [
      shownMessages(before.items, [entry], "ann", none),
      shownMessages(acked.items, [entry], "ann", none),
      shownMessages(byEvent.items, [], "ann", none),
    ];
    expect(rows.map((all) => all.map((row) => row.key))).toEqual(Array(3).fill(["m1", "m2", "x"]));
    expect(rows.map((all) => all.at(-1)?.local?.state)).toEqual(["sending", undefined, undefined]);
    expect(rows.map((all) => all.at(-1)?.seq)).toEqual([0, 3, 3]);
  });

  it("are the same objects as long as their messages are", () => {
    const items = [sampleMessage(1), sampleMessage(2)];
    const [first, second] = shownMessages(items, [], "ann", none);
    const [, again, added] = shownMessages([...items, sampleMessage(3)], [], "ann", none);
    expect(again).toBe(second);
    expect(again).not.toBe(first);
    expect(added?.seq).toBe(3);
  });

  it("do not match another sender's client id with the outbox", () => {
    const theirs = sampleMessage(1, { clientId: "x", senderId: "ben" });
    const rows = shownMessages([theirs], [sampleEntry("x")], "ann", none);
    expect(rows.map((row) => row.key)).toEqual(["m1", "x"]);
  });

  it("have the error code of a refused message", () => {
    const [row] = shownMessages([], [sampleEntry("x", { state: "failed", code: "FORBIDDEN" })], "ann", none);
    expect(row?.local).toEqual({ state: "failed", code: "FORBIDDEN" });
  });
});

describe("the receipt of an own message", () => {
  const me = sampleMember("ann", { readSeq: 9, deliveredSeq: 9 });
  const ben = (deliveredSeq: number, readSeq: number | null) =>
    sampleMember("ben", { deliveredSeq, readSeq });
  const cid = (deliveredSeq: number, readSeq: number | null) =>
    sampleMember("cid", { deliveredSeq, readSeq });
  const state = (...people: ReturnType<typeof ben>[]) => receiptOf({ seq: 5 }, [me, ...people], "ann").state;

  it("counts the other members only, and requires all of them", () => {
    expect(state(ben(4, 4))).toBe("sent");
    expect(state(ben(5, 4))).toBe("delivered");
    expect(state(ben(5, 5))).toBe("read");
    expect(state(ben(5, 5), cid(4, 4))).toBe("sent");
    expect(state(ben(5, 5), cid(5, 4))).toBe("delivered");
    expect(state(ben(5, 5), cid(5, 5))).toBe("read");
    expect(state()).toBe("sent");
  });

  it("is never read by a member who does not share read receipts", () => {
    expect(state(ben(5, null))).toBe("delivered");
    expect(state(ben(5, 5), cid(5, null))).toBe("delivered");
    expect(receiptOf({ seq: 5 }, [me, ben(5, 5), cid(5, null)], "ann").readBy).toEqual([ben(5, 5)]);
  });
});
