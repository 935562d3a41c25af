import { describe, expect, it } from "vitest";
import { chat as t } from "../../../../i18n/en/chat.ts";
import type { Conversation, Member } from "../../../../realtime/views.ts";
import { isOnlyEmoji } from "../../composer/only-emoji.ts";
import type { ShownMessage } from "../../data/chat.types.ts";
import { sendFailure } from "../../text/send-failure-text.ts";
import { typingText } from "../../text/typing-text.ts";
import { actionsOf } from "./message-actions.ts";
import { ownStatus } from "./own-message-status.ts";

const [ME, BEN, CLEO] = ["me", "ben", "cleo"];
const AT = "2026-11-20T12:00:00.000Z";

const message = (more: Partial<ShownMessage> = {}): ShownMessage => ({
  key: "k",
  local: null,
  id: "i",
  conversationId: "c",
  seq: 5,
  kind: "text",
  clientId: null,
  senderId: ME,
  body: "Hello",
  notice: null,
  replyTo: null,
  reactions: [],
  createdAt: AT,
  editedAt: null,
  isDeleted: false,
  isHidden: false,
  version: 1,
  ...more,
});
const person = (id: string, more: Partial<Member> = {}): Member => ({
  id,
  handle: id,
  name: id.charAt(0).toUpperCase() + id.slice(1),
  role: "member",
  state: "accepted",
  joinedAt: AT,
  deliveredSeq: 0,
  deliveredAt: null,
  readSeq: 0,
  readAt: null,
  ...more,
});
const conversation = (participants: Member[], kind: Conversation["kind"] = "direct"): Conversation => ({
  id: "c",
  rev: 1,
  lastSeq: 5,
  lastMessage: null,
  readSeq: 5,
  unread: 0,
  kind,
  name: null,
  createdAt: AT,
  version: 1,
  participants,
  viewer: { role: "member", state: "accepted", isMuted: false, canSend: true },
});

describe("the actions of a message", () => {
  const open = { isOwn: true, canSend: true, canReply: true, isGroup: false };

  it("are more for own messages than for others', and only copy where the reader cannot write", () => {
    expect(actionsOf(message(), open)).toEqual(["react", "reply", "copy", "edit", "delete"]);
    expect(actionsOf(message(), { ...open, isGroup: true })).toContain("details");
    expect(actionsOf(message({ senderId: BEN }), { ...open, isOwn: false })).toEqual([
      "react",
      "reply",
      "copy",
    ]);
    expect(actionsOf(message(), { ...open, canSend: false })).toEqual(["copy", "delete"]);
    expect(actionsOf(message(), { ...open, canReply: false })).toEqual(["react", "copy", "edit", "delete"]);
  });

  it("are none for deleted, hidden messages and notices, and copy for a message that is not sent", () => {
    for (const more of [{ isDeleted: true }, { isHidden: true }, { kind: "notice" as const }]) {
      expect(actionsOf(message(more), open)).toEqual([]);
    }
    expect(actionsOf(message({ local: { state: "failed", code: null } }), open)).toEqual(["copy"]);
    expect(actionsOf(message({ local: { state: "sending", code: null } }), open)).toEqual(["copy"]);
    expect(actionsOf(message({ local: { state: "waiting", code: null } }), open)).toEqual([
      "copy",
      "discard",
    ]);
  });
});

describe("the status of an own message", () => {
  const shown = (ben: Member, more: Partial<ShownMessage> = {}) =>
    ownStatus(message(more), conversation([person(ME), ben]), ME, ben, "en", t);

  it("is sent, delivered or read, with the known times", () => {
    expect(shown(person(BEN)).state).toBe("sent");
    const delivered = shown(person(BEN, { deliveredSeq: 5, deliveredAt: AT }));
    expect(delivered.state).toBe("delivered");
    expect(delivered.details).toMatch(/^Sent .* · Delivered [^·]*$/);
    const read = shown(person(BEN, { deliveredSeq: 5, deliveredAt: AT, readSeq: 5, readAt: AT }));
    expect(read.state).toBe("read");
    expect(read.details).toMatch(/^Sent .* · Delivered .* · Read [^·]*$/);
  });

  it("is the outbox's until the server has the message, and null for others' messages", () => {
    expect(shown(person(BEN), { local: { state: "waiting", code: null } }).state).toBe("waiting");
    expect(shown(person(BEN), { senderId: BEN }).state).toBeNull();
  });

  it("counts readers in a group until everyone has read it", () => {
    const read = { deliveredSeq: 5, readSeq: 5 };
    const group = (...others: Member[]) =>
      ownStatus(message(), conversation([person(ME), ...others], "group"), ME, null, "en", t).stateText;
    expect(group(person(BEN), person(CLEO))).toBeUndefined();
    expect(group(person(BEN, read), person(CLEO))).toBe("Read by 1");
    expect(group(person(BEN, read), person(CLEO, read))).toBe("Read by everyone");
  });
});

describe("the typing text", () => {
  const people = new Map([person(BEN), person(CLEO)].map((each) => [each.id, each]));

  it("names members in groups only", () => {
    expect(typingText([], people, "group", t)).toBeNull();
    expect(typingText([BEN], people, "direct", t)).toBe("typing…");
    expect(typingText([BEN], people, "group", t)).toBe("Ben is typing…");
    expect(typingText([BEN, CLEO], people, "group", t)).toBe("Ben and Cleo are typing…");
    expect(typingText([BEN, CLEO, ME], people, "group", t)).toBe("Several people are typing…");
  });
});

it("the text of a refusal follows its stored cause, and offers a retry where that can help", () => {
  const why = (code: string | null, isWaiting = false) => sendFailure(code, isWaiting, t);
  expect(why("NOT_ACCEPTED", true)).toEqual({ why: t.failedWhy.waiting, canRetry: false });
  expect(why("NOT_ACCEPTED")).toEqual({ why: t.failedWhy.waited, canRetry: true });
  for (const isWaiting of [true, false]) {
    expect(why("FORBIDDEN", isWaiting)).toEqual({ why: t.failedWhy.blocked, canRetry: false });
  }
  expect(why("UNAVAILABLE")).toEqual({ why: t.failedWhy.full, canRetry: true });
  expect(why("RATE_LIMITED")).toEqual({ why: t.failedWhy.slow, canRetry: true });
  expect(why(null)).toEqual({ why: t.failedWhy.other, canRetry: true });
});

it("one to three emoji alone count as only emoji", () => {
  expect(["👍", "❤️ 😂", "🇱🇹🎉👏"].map(isOnlyEmoji)).toEqual([true, true, true]);
  expect(["", "ok 👍", "👍👍👍👍", "1"].map(isOnlyEmoji)).toEqual([false, false, false, false]);
});
