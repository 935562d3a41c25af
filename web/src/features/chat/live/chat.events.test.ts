import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { Conversation, Message } from "../../../realtime/views.ts";
import { type ConversationPages, chatKeys } from "../data/chat.cache.ts";
import { type History, historyOf } from "../data/message-history.ts";
import { sampleConversation, sampleLast, sampleMember, sampleMessage } from "../data/sample.test-data.ts";
import { applyTotals, newestTotals, totalsKey } from "../data/unread-totals.cache.ts";
import { applyChatEvent } from "../session/chat-account.ts";
import {
  applyAnswered,
  applyLeft,
  applyMemberState,
  type ConversationEvents,
  createConversationEvents,
  type MemberStateEvent,
} from "./chat.events.ts";

const historyOfThese = (...messages: Message[]): History =>
  historyOf({ items: messages.toReversed(), nextCursor: null, quoted: [] });
const event = (type: string, data: unknown) => ({ id: "e", seq: 1, at: "", type, data });

let client: QueryClient;
let events: ConversationEvents;
const IN_VIEW = true;
const NOT_IN_VIEW = false;
const apply = (type: string, data: unknown, isInView = IN_VIEW) =>
  events.apply("c1", event(type, data), isInView);
const history = () => client.getQueryData(chatKeys.history("c1"));
const one = () => client.getQueryData(chatKeys.one("c1"));
const list = (state: "accepted" | "requested" = "accepted") =>
  client.getQueryData<ConversationPages>(chatKeys.list(state))?.items;

beforeEach(() => {
  client = new QueryClient();
  events = createConversationEvents(client, "ann");
  client.setQueryData(chatKeys.history("c1"), historyOfThese(sampleMessage(1), sampleMessage(2)));
  client.setQueryData(chatKeys.one("c1"), sampleConversation("c1"));
  client.setQueryData<ConversationPages>(chatKeys.list("accepted"), {
    items: [sampleConversation("c2", 9), sampleConversation("c1", 3)],
    nextCursor: null,
  });
  client.setQueryData<ConversationPages>(chatKeys.list("requested"), { items: [], nextCursor: null });
});

describe("events of an open conversation: stale state + event = fresh state", () => {
  it("adds a message once", () => {
    apply("message.created", sampleMessage(3));
    apply("message.created", sampleMessage(3));
    expect(history()).toEqual(historyOfThese(sampleMessage(1), sampleMessage(2), sampleMessage(3)));
  });

  it("keeps the newest version of an edited, deleted or reacted to message when older events arrive late", () => {
    const now = sampleMessage(2, { version: 3, reactions: [{ emoji: "👍", userIds: ["ann"] }] });
    apply("message.changed", now);
    apply("message.changed", sampleMessage(2, { version: 2, body: "edited" }));
    apply("message.created", sampleMessage(2));
    expect(history()).toEqual(historyOfThese(sampleMessage(1), now));
  });

  it("shows the newest message in the list at once, without changing the counts", () => {
    apply("message.created", sampleMessage(10, { body: "  two\n lines " }));
    const { lastMessage: _, ...rest } = sampleConversation("c1", 3);
    const lastMessage = { ...sampleLast(10), preview: "two lines" };
    expect(list()?.[0]).toEqual({ ...rest, lastSeq: 10, lastMessage });
    apply("message.changed", sampleMessage(10, { version: 2, body: "", isDeleted: true }));
    apply("message.changed", sampleMessage(2, { version: 2, body: "edited" }));
    expect(list()?.[0]?.lastMessage).toEqual({ ...sampleLast(10), preview: "", isDeleted: true });
  });

  it("collects messages that arrive while a page is read", async () => {
    const { arrived } = await events.readWithArrivals("c1", async () => {
      apply("message.created", sampleMessage(3));
      apply("message.created", { ...sampleMessage(4), conversationId: "c2" });
    });
    expect(arrived).toEqual([sampleMessage(3)]);
  });

  it("moves pointers forward only", () => {
    const at = "2026-01-01T01:00:00.000Z";
    const receipt = { userId: "ben", deliveredSeq: 3, deliveredAt: at, readSeq: 2, readAt: at };
    apply("receipt.moved", receipt);
    apply("receipt.moved", { ...receipt, deliveredSeq: 1, readSeq: 1, deliveredAt: null, readAt: null });
    const { userId: _, ...pointers } = receipt;
    const fresh = sampleConversation("c1", 3, {
      participants: [sampleMember("ann"), sampleMember("ben", pointers)],
    });
    expect(one()).toEqual(fresh);
    expect(list()).toEqual([sampleConversation("c2", 9), fresh]);
  });

  it("removes a read pointer that is no longer shared", () => {
    const receipt = { userId: "ben", deliveredSeq: 3, deliveredAt: null, readSeq: null, readAt: null };
    apply("receipt.moved", receipt);
    expect((one() as Conversation).participants[1]).toMatchObject({ deliveredSeq: 3, readSeq: null });
  });

  it("applies newer members, ignores older ones and keeps the counts", () => {
    const fresh = sampleConversation("c1", 3, {
      kind: "group",
      name: "Trip",
      version: 5,
      participants: [sampleMember("ann"), sampleMember("cid")],
    });
    const { id, kind, name, createdAt, version, participants, viewer } = fresh;
    const changed = { id, kind, name, createdAt, version, participants, viewer };
    apply("conversation.changed", changed);
    apply("conversation.changed", { ...changed, version: 4, name: "Old" });
    expect(one()).toEqual(fresh);
    expect(list()).toEqual([sampleConversation("c2", 9), fresh]);
  });

  it("ignores an unknown event type", () => {
    apply("message.sung", {});
    expect(history()).toEqual(historyOfThese(sampleMessage(1), sampleMessage(2)));
  });
});

const memberState = (
  id: string,
  lastSeq: number,
  over: Partial<MemberStateEvent["conversation"]> = {},
): MemberStateEvent => ({
  conversation: {
    id,
    rev: lastSeq,
    lastSeq,
    lastMessage: sampleLast(lastSeq),
    readSeq: 0,
    unread: lastSeq,
    version: 1,
    state: "accepted",
    isMuted: false,
    ...over,
  },
  totals: { unread: 1, requests: 0, version: 1 },
});

describe("events of the account's room: stale state + event = fresh state", () => {
  it("moves a conversation up, with its newest message and counts", () => {
    expect(applyMemberState(client, memberState("c1", 12))).toBe(false);
    expect(list()).toEqual([sampleConversation("c1", 12), sampleConversation("c2", 9)]);
    expect(one()).toEqual(sampleConversation("c1", 12));
  });

  it("keeps newer counts", () => {
    applyMemberState(client, memberState("c1", 12));
    applyMemberState(client, memberState("c1", 11));
    expect(one()).toEqual(sampleConversation("c1", 12));
  });

  it("keeps a later message that the conversation's room has sent meanwhile", () => {
    apply("message.created", sampleMessage(13));
    applyMemberState(client, memberState("c1", 12));
    expect(one()).toEqual(sampleConversation("c1", 12, { lastSeq: 13, lastMessage: sampleLast(13) }));
    applyMemberState(client, memberState("c1", 13));
    expect(one()).toEqual(sampleConversation("c1", 13));
  });

  it("mutes", () => {
    applyMemberState(client, memberState("c1", 3, { isMuted: true }));
    const { viewer } = sampleConversation("c1");
    expect(one()).toEqual(sampleConversation("c1", 3, { viewer: { ...viewer, isMuted: true } }));
  });

  it("moves an accepted request into the other list", () => {
    const asked = sampleConversation("c3", 4, {
      viewer: { ...sampleConversation("c3").viewer, state: "requested" },
    });
    client.setQueryData<ConversationPages>(chatKeys.list("requested"), { items: [asked], nextCursor: null });
    applyMemberState(client, memberState("c3", 5));
    expect(list("requested")).toEqual([]);
    expect(list()?.map((item) => item.id)).toEqual(["c2", "c3", "c1"]);
  });

  it("requires a read of an unknown conversation or newer members, but not while no list is loaded", () => {
    expect(applyMemberState(client, memberState("c9", 1))).toBe(true);
    expect(applyMemberState(client, memberState("c1", 4, { version: 2 }))).toBe(true);
    expect(applyMemberState(new QueryClient(), memberState("c9", 1))).toBe(false);
  });

  it("removes a conversation that the account left from all lists", () => {
    applyLeft(client, { id: "c1", totals: { unread: 0, requests: 0, version: 1 } });
    expect(list()).toEqual([sampleConversation("c2", 9)]);
    expect(one()).toBeUndefined();
    expect(history()).toBeUndefined();
  });

  it("keeps the newest totals, even if no chat session exists", () => {
    const bare = new QueryClient();
    const data = { ...memberState("c1", 4, { unread: 0 }), totals: { unread: 7, requests: 1, version: 5 } };
    applyChatEvent(bare, { type: "conversation.touched", data }, "ann");
    applyTotals(bare, { unread: 2, requests: 0, version: 4 });
    expect(bare.getQueryData(totalsKey)).toEqual({ unread: 7, requests: 1, version: 5 });
    expect(newestTotals(data.totals, { unread: 9, requests: 0, version: 4 })).toBe(data.totals);
  });

  it("subtracts an answered request at once, and only once", () => {
    const requests = () => client.getQueryData<{ requests: number }>(totalsKey)?.requests;
    const asked = sampleConversation("c3", 4, {
      viewer: { ...sampleConversation("c3").viewer, state: "requested" },
    });
    client.setQueryData<ConversationPages>(chatKeys.list("requested"), { items: [asked], nextCursor: null });
    applyTotals(client, { unread: 3, requests: 2, version: 5 });
    applyAnswered(client, "c3");
    expect(requests()).toBe(1);
    applyTotals(client, { unread: 3, requests: 1, version: 6 });
    applyMemberState(client, memberState("c3", 5));
    applyAnswered(client, "c3");
    expect(requests()).toBe(1);
  });
});

describe("the unread count of an open conversation that is not in view", () => {
  const total = () => client.getQueryData<{ unread: number }>(totalsKey)?.unread;
  const unread = () => (one() as Conversation).unread;
  const viewerWith = (over: Partial<Conversation["viewer"]>) => ({
    viewer: { ...sampleConversation("c1").viewer, ...over },
  });
  beforeEach(() => applyTotals(client, { unread: 3, requests: 0, version: 1 }));

  it("counts each message at once, and once although its event is repeated", () => {
    apply("message.created", sampleMessage(4), NOT_IN_VIEW);
    apply("message.created", sampleMessage(4), NOT_IN_VIEW);
    apply("message.changed", sampleMessage(4, { version: 2, body: "edited" }), NOT_IN_VIEW);
    apply("message.created", sampleMessage(5), NOT_IN_VIEW);
    const inList = list()?.find(({ id }) => id === "c1")?.unread;
    expect([unread(), total(), inList]).toEqual([5, 5, 5]);
  });

  it("does not count own messages, notices, hidden messages and messages in view", () => {
    apply("message.created", sampleMessage(4, { senderId: "ann" }), NOT_IN_VIEW);
    apply("message.created", sampleMessage(5, { kind: "notice" }), NOT_IN_VIEW);
    apply("message.created", sampleMessage(6, { isHidden: true }), NOT_IN_VIEW);
    apply("message.created", sampleMessage(7), IN_VIEW);
    expect([unread(), total()]).toEqual([3, 3]);
  });

  it("is replaced by the server's count, and skips messages that this contains", () => {
    apply("message.created", sampleMessage(4), NOT_IN_VIEW);
    applyMemberState(client, memberState("c1", 5, { unread: 2 }));
    applyTotals(client, { unread: 2, requests: 0, version: 2 });
    apply("message.created", sampleMessage(5), NOT_IN_VIEW);
    expect([unread(), total()]).toEqual([2, 2]);
  });

  it("does not change the total for muted conversations and requests", () => {
    for (const over of [{ isMuted: true }, { state: "requested" as const }]) {
      client.setQueryData(chatKeys.one("c1"), sampleConversation("c1", 3, viewerWith(over)));
      apply("message.created", sampleMessage(4), NOT_IN_VIEW);
      expect([unread(), total()]).toEqual([4, 3]);
    }
  });
});
