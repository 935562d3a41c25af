// Which event of an account's log replaces which older one.
import { describe, expect, test } from "vitest";
import type { UserEvent } from "../../protocol/user-events.ts";
import { collapseOf } from "./collapse.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

describe("collapseOf", () => {
  const unread = (version: number, read: { all: true } | null): UserEvent => ({
    type: "unread.changed",
    data: { unread: 3, version, read },
  });

  test("orders counts by version, as numbers", () => {
    const [nine, ten] = [unread(9, null), unread(10, null)].map((event) => collapseOf(event, "row"));
    expect(nine?.key).toBe(ten?.key);
    expect((nine?.order ?? "") < (ten?.order ?? "")).toBe(true);
  });

  test("gives no key to an event that names what was read", () => {
    expect(collapseOf(unread(9, { all: true }), "row")).toBeNull();
  });

  test("orders member states by revision, and gives no key to a left conversation", () => {
    const memberStateEvent = (rev: number): UserEvent => ({
      type: "conversation.touched",
      data: {
        conversation: {
          id: id(1),
          rev,
          lastSeq: 0,
          lastMessage: null,
          readSeq: 0,
          unread: 0,
          version: 1,
          state: "accepted",
          isMuted: false,
        },
        totals: { unread: 0, requests: 0, version: 1 },
      },
    });
    const [older, newer] = [memberStateEvent(999), memberStateEvent(1_000)].map((event) =>
      collapseOf(event, "row"),
    );
    expect(older?.key).toBe(newer?.key);
    expect((older?.order ?? "") < (newer?.order ?? "")).toBe(true);
    const left: UserEvent = {
      type: "conversation.left",
      data: { id: id(1), totals: { unread: 0, requests: 0, version: 1 } },
    };
    expect(collapseOf(left, "row")).toBeNull();
  });

  test("gives different things different keys", () => {
    const vote = (target: "post" | "comment", n: number): UserEvent => ({
      type: "vote.changed",
      data: { target, id: id(n), value: 1 },
    });
    const keys = [vote("post", 1), vote("post", 2), vote("comment", 1)].map(
      (event) => collapseOf(event, "r")?.key,
    );
    expect(new Set(keys).size).toBe(3);
  });
});
