import { describe, expect, it } from "vitest";
import { chat as en } from "../../../i18n/en/chat.ts";
import { chat as lt } from "../../../i18n/lt/chat.ts";
import type { Conversation, LastMessage, Member, Notice } from "../../../realtime/views.ts";
import { firstNamesIn, noticeText, peopleIn, previewOf, titleOf } from "./conversation-text.ts";

const AT = "2026-11-20T12:00:00.000Z";
const person = (id: string, name: string): Member => ({
  id,
  handle: id,
  name,
  role: "member",
  state: "accepted",
  joinedAt: AT,
  deliveredSeq: 0,
  deliveredAt: null,
  readSeq: 0,
  readAt: null,
});
const [ANN, BEN, CELIA, DAN, EVA] = [
  person("ann", "Ann"),
  person("ben", "Ben"),
  person("celia", "Celia"),
  person("dan", "Dan"),
  person("eva", "Eva"),
] as const;

function conversation(more: Partial<Conversation> = {}): Conversation {
  return {
    id: "c",
    rev: 1,
    lastSeq: 1,
    lastMessage: null,
    readSeq: 0,
    unread: 0,
    kind: "group",
    name: null,
    createdAt: AT,
    version: 1,
    participants: [ANN, BEN],
    viewer: { role: "member", state: "accepted", isMuted: false, canSend: true },
    ...more,
  };
}

const last = (more: Partial<LastMessage>): LastMessage => ({
  seq: 1,
  kind: "text",
  senderId: "ben",
  preview: "Hello",
  notice: null,
  isDeleted: false,
  at: AT,
  ...more,
});

describe("a conversation's title", () => {
  it("is the partner's name, the group's name, or the names of its members", () => {
    expect(titleOf(conversation({ kind: "direct" }), "ann", en)).toBe("Ben");
    expect(titleOf(conversation({ name: "Choir" }), "ann", en)).toBe("Choir");
    expect(titleOf(conversation({ participants: [ANN, BEN, CELIA, DAN] }), "ann", en)).toBe(
      "Ben, Celia, Dan",
    );
    expect(titleOf(conversation({ participants: [ANN, BEN, CELIA, DAN, EVA] }), "ann", en)).toBe(
      "Ben, Celia, Dan and 1 more",
    );
  });

  it("is a fixed text when there is no other member", () => {
    expect(titleOf(conversation({ participants: [ANN] }), "ann", en)).toBe("Only you");
    expect(titleOf(conversation({ kind: "direct", participants: [ANN] }), "ann", lt)).toBe(
      "Žmogus, išėjęs iš „Plaza“",
    );
  });
});

describe("the first names of the other members", () => {
  it("are shown for a named group only", () => {
    const named = conversation({
      name: "Choir",
      participants: [ANN, person("jv", "Jonas Vytautas Petrauskas"), EVA],
    });
    expect(firstNamesIn(named, "ann")).toBe("Jonas, Eva");
    expect(firstNamesIn({ ...named, name: null }, "ann")).toBeNull();
    expect(firstNamesIn({ ...named, participants: [ANN] }, "ann")).toBeNull();
  });
});

describe("a conversation's preview", () => {
  it("names the sender: own messages as You, others in groups only", () => {
    expect(previewOf(conversation({ lastMessage: last({ senderId: "ann" }) }), "ann", en)).toBe("You: Hello");
    expect(previewOf(conversation({ lastMessage: last({}) }), "ann", en)).toBe("Ben: Hello");
    expect(previewOf(conversation({ kind: "direct", lastMessage: last({}) }), "ann", en)).toBe("Hello");
    expect(previewOf(conversation({ lastMessage: last({ senderId: "ann" }) }), "ann", lt)).toBe("Jūs: Hello");
  });

  it("does not contain the text of a deleted message", () => {
    const deleted = conversation({ kind: "direct", lastMessage: last({ isDeleted: true, preview: "" }) });
    expect(previewOf(deleted, "ann", en)).toBe("Message deleted");
  });
});

describe("a notice", () => {
  const people = peopleIn(conversation({ participants: [ANN, BEN, CELIA] }));
  const textOf = (notice: Partial<Notice>, senderId: string | null, meId: string) =>
    noticeText({ type: "created", people: [], name: null, ...notice }, senderId, people, meId, en);

  it("names sender and people, with You for the reader", () => {
    expect(textOf({ type: "created" }, "ann", "ben")).toBe("Ann started the group");
    expect(textOf({ type: "created" }, "ann", "ann")).toBe("You started the group");
    expect(textOf({ type: "added", people: [CELIA] }, "ann", "ben")).toBe("Ann added Celia");
    expect(textOf({ type: "added", people: [CELIA] }, "ann", "celia")).toBe("Ann added you");
    expect(textOf({ type: "added", people: [CELIA] }, "celia", "ann")).toBe("Celia is back");
    expect(textOf({ type: "added", people: [CELIA] }, "celia", "celia")).toBe("You're back");
    expect(textOf({ type: "renamed", name: "Choir" }, "ben", "ann")).toBe("Ben named the group “Choir”");
    expect(textOf({ type: "promoted", people: [BEN] }, null, "ann")).toBe("Ben is now admin");
  });

  it("has the name of a member who has left", () => {
    expect(textOf({ type: "left", people: [DAN] }, "dan", "ann")).toBe("Dan left");
    expect(textOf({ type: "left", people: [] }, "ann", "ann")).toBe("You left");
  });
});
