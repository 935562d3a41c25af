import { expect, test } from "vitest";
import { chat as en } from "../../../i18n/en/chat.ts";
import { chat as lt } from "../../../i18n/lt/chat.ts";
import { sampleConversation, sampleEntry, sampleLast, sampleMember } from "../data/sample.test-data.ts";
import { rowPreview } from "./row-preview.ts";

const NOTHING = { draft: "", pending: [] };
const own = { ...sampleLast(3), senderId: "ann" };
const withBen = (pointers: { deliveredSeq?: number; readSeq?: number | null }, over = {}) =>
  sampleConversation("c1", 3, {
    lastMessage: own,
    participants: [sampleMember("ann"), sampleMember("ben", pointers)],
    ...over,
  });

test.each([
  ["sent", {}],
  ["delivered", { deliveredSeq: 3 }],
  ["read", { deliveredSeq: 3, readSeq: 3 }],
  ["delivered", { deliveredSeq: 3, readSeq: null }],
] as const)("one's own last message to one person is %s as far as their pointers say", (state, pointers) => {
  expect(rowPreview(withBen(pointers), "ann", NOTHING, en)).toMatchObject({ text: "You: body of 3", state });
});

test("others' messages, deleted messages, notices and groups have no status", () => {
  const others = [
    sampleConversation("c1"),
    withBen({}, { lastMessage: { ...own, isDeleted: true } }),
    withBen({}, { lastMessage: { ...own, kind: "notice" } }),
    withBen({}, { kind: "group" }),
    withBen({}, { lastMessage: null }),
  ];
  for (const each of others) expect(rowPreview(each, "ann", NOTHING, en).state).toBeNull();
});

test("a draft is shown before everything else, on one line", () => {
  const line = rowPreview(
    withBen({}),
    "ann",
    { draft: " Half\n\na thought ", pending: [sampleEntry("x")] },
    lt,
  );
  expect(line).toEqual({ text: "Half a thought", isDraft: true, state: null, at: own.at });
  expect(rowPreview(withBen({}), "ann", { draft: " \n", pending: [] }, en).isDraft).toBe(false);
});

test("the newest pending message is shown before the last message, with its own time", () => {
  const pending = [
    sampleEntry("one"),
    sampleEntry("two", { state: "waiting", createdAt: Date.UTC(2026, 0, 2) }),
  ];
  expect(rowPreview(withBen({}), "ann", { draft: "", pending }, en)).toEqual({
    text: "You: body of two",
    isDraft: false,
    state: "waiting",
    at: "2026-01-02T00:00:00.000Z",
  });
});
