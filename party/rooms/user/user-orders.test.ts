// Holds R9 for sessions that run out by themselves: every room hears of it, if need be later.
import { afterEach, expect, test, vi } from "vitest";
import type { PartyEnv } from "../../env.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { RecentChanges } from "../kit/recent-changes.ts";
import { RoomSubscriptions } from "../kit/room-subscriptions.ts";
import { KnownSessions } from "./known-sessions.ts";
import { UserOrders } from "./user-orders.ts";

afterEach(() => vi.restoreAllMocks());

function rig() {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const sql = memorySql();
  const clock = { ms: 1_000_000 };
  const deps = { now: () => clock.ms, newId: () => crypto.randomUUID() };
  const dropped: string[] = [];
  const away = new Set<string>();
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      async closeSession(_: string, sessionId: string) {
        if (away.has(name)) throw new Error("away");
        dropped.push(`${name} ${sessionId}`);
        return [];
      },
    }),
  };
  const sessions = new KnownSessions(sql, deps);
  const watches = new RoomSubscriptions(sql, deps);
  const orders = new UserOrders({
    env: { PostRoom: namespace, ConversationRoom: namespace } as unknown as PartyEnv,
    watches,
    changes: new RecentChanges(sql, deps),
    sessions,
    userId: () => "me",
    now: deps.now,
    closeSession: () => {},
    report: () => {},
  });
  return { clock, dropped, away, sessions, watches, orders };
}

test("a room that cannot be told that a session ran out is told again, and holds up no other session", async () => {
  const { clock, dropped, away, sessions, watches, orders } = rig();
  sessions.remember("digest-1", "one", clock.ms + 1_000);
  sessions.remember("digest-2", "two", clock.ms + 1_000);
  watches.add("conversation:a", "socket-1", "one");
  watches.add("conversation:b", "socket-2", "two");
  away.add("a");
  clock.ms += 1_000;
  await orders.endExpiredSessions();
  expect(dropped).toEqual(["b two"]);
  expect(sessions.nextEndAt).toBe(clock.ms);
  away.clear();
  await orders.endExpiredSessions();
  expect(dropped).toEqual(["b two", "a one"]);
  expect(sessions.nextEndAt).toBeNull();
});

test("a session that was proved anew while its end was told is known for what it is now", async () => {
  const { clock, sessions, watches, orders } = rig();
  sessions.remember("digest", "one", clock.ms + 1_000);
  watches.add("conversation:a", "socket", "one");
  clock.ms += 1_000;
  const ending = orders.endExpiredSessions();
  sessions.remember("digest", "one", clock.ms + 9_000);
  await ending;
  expect(sessions.recognise("digest")).toBe("one");
});
