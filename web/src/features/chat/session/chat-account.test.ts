import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import { resetAccountState } from "../../../api/account-state.ts";
import { type AttachedSession, applyChatEvent, attachedSession } from "./chat-account.ts";

const session = () =>
  ({
    onChatEvent: vi.fn(),
    onTyping: vi.fn(),
    refetchAll: vi.fn(),
    sendDelivered: vi.fn(() => true),
    dispose: vi.fn(),
  }) satisfies AttachedSession;
const left = {
  type: "conversation.left",
  data: { id: "c1", totals: { unread: 0, requests: 0, version: 1 } },
} as const;

beforeEach(() => resetAccountState());

it("an account has one session, which receives its chat events", () => {
  const created = session();
  const create = vi.fn(() => created);
  expect(attachedSession("ann", create)).toBe(created);
  expect(attachedSession("ann", create)).toBe(created);
  expect(create).toHaveBeenCalledTimes(1);
  applyChatEvent(new QueryClient(), left, "ann");
  expect(created.onChatEvent).toHaveBeenCalledWith(left);
});

it("the session is disposed of when the account signs out, or when another account signs in", () => {
  const anns = session();
  attachedSession("ann", () => anns);
  resetAccountState();
  expect(anns.dispose).toHaveBeenCalledTimes(1);
  const again = session();
  expect(attachedSession("ann", () => again)).toBe(again);
  attachedSession("ben", session);
  expect(again.dispose).toHaveBeenCalledTimes(1);
});

it("a delivered receipt is not sent after another account has signed in", () => {
  vi.useFakeTimers();
  const anns = session();
  attachedSession("ann", (delivered) => {
    delivered.set("c1", 3);
    return anns;
  });
  attachedSession("ben", session);
  vi.runAllTimers();
  expect(anns.sendDelivered).not.toHaveBeenCalled();
  vi.useRealTimers();
});
