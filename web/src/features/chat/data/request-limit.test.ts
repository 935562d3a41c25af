import { describe, expect, it } from "vitest";
import { causeOf, isAtRequestLimit, isUnanswered } from "./request-limit.ts";
import { sampleConversation, sampleEntry, sampleMember, sampleMessage } from "./sample.test-data.ts";
import { shownMessages } from "./shown-messages.ts";

const withBen = (state: "accepted" | "requested", canSend = true) => {
  const base = sampleConversation("c1");
  const participants = [sampleMember("ann"), sampleMember("ben", { state })];
  return { ...base, participants, viewer: { ...base.viewer, canSend } };
};
const asked = withBen("requested");
const own = (seq: number, over = {}) => sampleMessage(seq, { senderId: "ann", ...over });
const isFull = (
  ...[items, pending = [], conversation = asked]: [
    Parameters<typeof shownMessages>[0],
    Parameters<typeof shownMessages>[1]?,
    typeof asked?,
  ]
) =>
  isAtRequestLimit(
    conversation,
    shownMessages(items, pending, "ann", () => undefined),
    "ann",
  );

describe("the limit of messages to somebody who has not accepted", () => {
  it("is three messages: pending, sent and deleted ones count, refused ones do not", () => {
    expect(isFull([own(1), own(2)])).toBe(false);
    expect(isFull([own(1), own(2)], [sampleEntry("x")])).toBe(true);
    expect(isFull([own(1), own(2)], [sampleEntry("x", { state: "failed" })])).toBe(false);
    expect(isFull([own(1), own(2, { isDeleted: true }), own(3)])).toBe(true);
  });

  it("does not apply after acceptance, after a block, or to the recipient of the request", () => {
    expect(isFull([own(1), own(2), own(3)], [], withBen("accepted"))).toBe(false);
    expect(isFull([own(1), own(2), own(3)], [], withBen("requested", false))).toBe(false);
    expect(isUnanswered(asked, "ben")).toBe(false);
  });

  it("is distinguished from a block when the message is refused", () => {
    expect(causeOf("FORBIDDEN", asked, "ann")).toBe("NOT_ACCEPTED");
    expect(causeOf("FORBIDDEN", withBen("requested", false), "ann")).toBe("FORBIDDEN");
    expect(causeOf("FORBIDDEN", withBen("accepted"), "ann")).toBe("FORBIDDEN");
    expect(causeOf("FORBIDDEN", null, "ann")).toBe("FORBIDDEN");
    expect(causeOf("UNAVAILABLE", asked, "ann")).toBe("UNAVAILABLE");
  });
});
