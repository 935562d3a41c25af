import { describe, expect, it } from "vitest";
import type { ShownMessage } from "../data/chat.types.ts";
import { countNewer, newestSeq, threadRows } from "./thread-rows.ts";

const ME = "00000000-0000-4000-8000-000000000001";
const BEN = "00000000-0000-4000-8000-000000000002";

function message(seq: number, senderId: string, at: string, more: Partial<ShownMessage> = {}): ShownMessage {
  return {
    key: `k${seq}`,
    local: null,
    id: ME,
    conversationId: ME,
    seq,
    kind: "text",
    clientId: null,
    senderId,
    body: `message ${seq}`,
    notice: null,
    replyTo: null,
    reactions: [],
    createdAt: new Date(at).toISOString(),
    editedAt: null,
    isDeleted: false,
    isHidden: false,
    version: 1,
    ...more,
  };
}

const kinds = (messages: ShownMessage[], readSeq: number | null = null) =>
  threadRows(messages, ME, readSeq).map((row) =>
    row.kind === "message" ? `${row.message.seq}${row.isFirst ? "<" : ""}${row.isLast ? ">" : ""}` : row.kind,
  );

describe("rows of a conversation", () => {
  it("have a separator before each day", () => {
    expect(kinds([message(1, BEN, "2026-11-19T12:00"), message(2, BEN, "2026-11-20T12:00")])).toEqual([
      "day",
      "1<>",
      "day",
      "2<>",
    ]);
  });

  it("group messages of one sender within five minutes, and nothing else", () => {
    expect(
      kinds([
        message(1, BEN, "2026-11-20T12:00"),
        message(2, BEN, "2026-11-20T12:04"),
        message(3, BEN, "2026-11-20T12:10"),
        message(4, ME, "2026-11-20T12:10"),
        message(5, ME, "2026-11-20T12:11", { kind: "notice" }),
        message(6, ME, "2026-11-20T12:11"),
      ]),
    ).toEqual(["day", "1<", "2>", "3<>", "4<>", "notice", "6<>"]);
  });

  it("have one new separator, above the first unread message of another sender", () => {
    const messages = [
      message(1, BEN, "2026-11-20T12:00"),
      message(2, ME, "2026-11-20T12:01"),
      message(3, BEN, "2026-11-20T12:02"),
      message(4, BEN, "2026-11-20T12:03"),
    ];
    expect(kinds(messages, 1)).toEqual(["day", "1<>", "2<>", "new", "3<", "4>"]);
    expect(kinds(messages, 3)).toEqual(["day", "1<>", "2<>", "3<", "new", "4<>"]);
    expect(kinds(messages, 4)).toEqual(["day", "1<>", "2<>", "3<", "4>"]);
  });

  it("never count own or unsent messages as new", () => {
    const messages = [
      message(1, BEN, "2026-11-20T12:00"),
      message(0, ME, "2026-11-20T12:01", { local: { state: "sending", code: null } }),
    ];
    expect(kinds(messages, 1)).not.toContain("new");
    expect(countNewer([...messages, message(2, BEN, "2026-11-20T12:02")], 1, ME)).toBe(1);
    expect(newestSeq(messages)).toBe(1);
  });
});
