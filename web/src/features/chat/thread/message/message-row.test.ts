import { describe, expect, it } from "vitest";
import { chat as t } from "../../../../i18n/en/chat.ts";
import type { Conversation, Participant } from "../../../../realtime/views.ts";
import { isOnlyEmoji } from "../../composer/only-emoji.ts";
import type { ShownMessage } from "../../data/chat.types.ts";
import { typingText } from "../../list/typing-text.ts";
import { whyFailed } from "../../outbox/send-errors.ts";
import { actionsOf } from "./message-actions.ts";
import { ownStatus } from "./own-message-status.ts";

const [ME, BEN, CLEO] = ["me", "ben", "cleo"];
const AT = "2026-11-20T12:00:00.000Z";

const said = (more: Partial<ShownMessage> = {}): ShownMessage => ({
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
const person = (id: string, more: Partial<Participant> = {}): Participant => ({
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
const talk = (participants: Participant[], kind: Conversation["kind"] = "direct"): Conversation => ({
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

describe("what can be done with a message", () => {
  const open = { isOwn: true, canSend: true, canReply: true, isGroup: false };

  it("is all for one's own, less for others', and only reading where one cannot write", () => {
    expect(actionsOf(said(), open)).toEqual(["react", "reply", "copy", "edit", "delete"]);
    expect(actionsOf(said(), { ...open, isGroup: true })).toContain("details");
    expect(actionsOf(said({ senderId: BEN }), { ...open, isOwn: false })).toEqual(["react", "reply", "copy"]);
    expect(actionsOf(said(), { ...open, canSend: false })).toEqual(["copy", "delete"]);
    expect(actionsOf(said(), { ...open, canReply: false })).toEqual(["react", "copy", "edit", "delete"]);
  });

  it("is nothing once it is deleted, hidden or only a notice, and copying while it is not sent", () => {
    for (const more of [{ isDeleted: true }, { isHidden: true }, { kind: "notice" as const }]) {
      expect(actionsOf(said(more), open)).toEqual([]);
    }
    expect(actionsOf(said({ local: { state: "failed", code: null } }), open)).toEqual(["copy"]);
    expect(actionsOf(said({ local: { state: "sending", code: null } }), open)).toEqual(["copy"]);
    expect(actionsOf(said({ local: { state: "waiting", code: null } }), open)).toEqual(["copy", "discard"]);
  });
});

describe("how far one's own message got", () => {
  const shown = (ben: Participant, more: Partial<ShownMessage> = {}) =>
    ownStatus(said(more), talk([person(ME), ben]), ME, ben, "en", t);

  it("is sent, delivered, read, with the times that are known", () => {
    expect(shown(person(BEN)).state).toBe("sent");
    const delivered = shown(person(BEN, { deliveredSeq: 5, deliveredAt: AT }));
    expect(delivered.state).toBe("delivered");
    expect(delivered.details).toMatch(/^Sent .* · Delivered [^·]*$/);
    const read = shown(person(BEN, { deliveredSeq: 5, deliveredAt: AT, readSeq: 5, readAt: AT }));
    expect(read.state).toBe("read");
    expect(read.details).toMatch(/^Sent .* · Delivered .* · Read [^·]*$/);
  });

  it("is what the device knows until the server has it, and nothing for others' messages", () => {
    expect(shown(person(BEN), { local: { state: "waiting", code: null } }).state).toBe("waiting");
    expect(shown(person(BEN), { senderId: BEN }).state).toBeNull();
  });

  it("counts readers in a group, until all have", () => {
    const read = { deliveredSeq: 5, readSeq: 5 };
    const group = (...others: Participant[]) =>
      ownStatus(said(), talk([person(ME), ...others], "group"), ME, null, "en", t).stateText;
    expect(group(person(BEN), person(CLEO))).toBeUndefined();
    expect(group(person(BEN, read), person(CLEO))).toBe("Read by 1");
    expect(group(person(BEN, read), person(CLEO, read))).toBe("Read by everyone");
  });
});

describe("who types", () => {
  const people = new Map([person(BEN), person(CLEO)].map((each) => [each.id, each]));

  it("is named in groups only", () => {
    expect(typingText([], people, "group", t)).toBeNull();
    expect(typingText([BEN], people, "direct", t)).toBe("typing…");
    expect(typingText([BEN], people, "group", t)).toBe("Ben is typing…");
    expect(typingText([BEN, CLEO], people, "group", t)).toBe("Ben and Cleo are typing…");
    expect(typingText([BEN, CLEO, ME], people, "group", t)).toBe("Several people are typing…");
  });
});

it("a refusal says what it meant when it was made, and offers to try again where that can help", () => {
  const why = (code: string | null, isWaiting = false) => whyFailed(code, isWaiting, t);
  expect(why("NOT_ACCEPTED", true)).toEqual({ why: t.failedWhy.waiting, canRetry: false });
  expect(why("NOT_ACCEPTED")).toEqual({ why: t.failedWhy.waited, canRetry: true });
  for (const isWaiting of [true, false]) {
    expect(why("FORBIDDEN", isWaiting)).toEqual({ why: t.failedWhy.blocked, canRetry: false });
  }
  expect(why("UNAVAILABLE")).toEqual({ why: t.failedWhy.full, canRetry: true });
  expect(why("RATE_LIMITED")).toEqual({ why: t.failedWhy.slow, canRetry: true });
  expect(why(null)).toEqual({ why: t.failedWhy.other, canRetry: true });
});

it("one to three emoji alone are drawn large", () => {
  expect(["👍", "❤️ 😂", "🇱🇹🎉👏"].map(isOnlyEmoji)).toEqual([true, true, true]);
  expect(["", "ok 👍", "👍👍👍👍", "1"].map(isOnlyEmoji)).toEqual([false, false, false, false]);
});
