import { describe, expect, it } from "vitest";
import type { ShownMessage } from "../data/chat.types.ts";
import { countNewer, newestSeq, threadRows } from "./thread-rows.ts";

const ME = "00000000-0000-4000-8000-000000000001";
const BEN = "00000000-0000-4000-8000-000000000002";

function said(seq: number, senderId: string, at: string, more: Partial<ShownMessage> = {}): ShownMessage {
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
  it("put a line before each day", () => {
    expect(kinds([said(1, BEN, "2026-11-19T12:00"), said(2, BEN, "2026-11-20T12:00")])).toEqual([
      "day",
      "1<>",
      "day",
      "2<>",
    ]);
  });

  it("join what one person said within five minutes, and nothing else", () => {
    expect(
      kinds([
        said(1, BEN, "2026-11-20T12:00"),
        said(2, BEN, "2026-11-20T12:04"),
        said(3, BEN, "2026-11-20T12:10"),
        said(4, ME, "2026-11-20T12:10"),
        said(5, ME, "2026-11-20T12:11", { kind: "notice" }),
        said(6, ME, "2026-11-20T12:11"),
      ]),
    ).toEqual(["day", "1<", "2>", "3<>", "4<>", "notice", "6<>"]);
  });

  it("draw the new line once, above the first unread message of another person", () => {
    const messages = [
      said(1, BEN, "2026-11-20T12:00"),
      said(2, ME, "2026-11-20T12:01"),
      said(3, BEN, "2026-11-20T12:02"),
      said(4, BEN, "2026-11-20T12:03"),
    ];
    expect(kinds(messages, 1)).toEqual(["day", "1<>", "2<>", "new", "3<", "4>"]);
    expect(kinds(messages, 3)).toEqual(["day", "1<>", "2<>", "3<", "new", "4<>"]);
    expect(kinds(messages, 4)).toEqual(["day", "1<>", "2<>", "3<", "4>"]);
  });

  it("never count one's own or unsent messages as new", () => {
    const messages = [
      said(1, BEN, "2026-11-20T12:00"),
      said(0, ME, "2026-11-20T12:01", { local: { state: "sending", code: null } }),
    ];
    expect(kinds(messages, 1)).not.toContain("new");
    expect(countNewer([...messages, said(2, BEN, "2026-11-20T12:02")], 1, ME)).toBe(1);
    expect(newestSeq(messages)).toBe(1);
  });
});
