// Holds R9 for sessions that expire: every room with sockets of the session is called, repeatedly if need be.
import { afterEach, expect, test, vi } from "vitest";
import type { PartyEnv } from "../../env.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { ControlEvents } from "./control-events.ts";
import { RecentChanges } from "./recent-changes.ts";
import { RoomSubscriptions } from "./room-subscriptions.ts";
import { VerifiedSessions } from "./verified-sessions.ts";

afterEach(() => vi.restoreAllMocks());

function createControlEvents() {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const sql = memorySql();
  const clock = { ms: 1_000_000 };
  const deps = { now: () => clock.ms, newId: () => crypto.randomUUID() };
  const closed: string[] = [];
  const away = new Set<string>();
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      async closeSession(_: string, sessionId: string) {
        if (away.has(name)) throw new Error("away");
        closed.push(`${name} ${sessionId}`);
        return [];
      },
    }),
  };
  const sessions = new VerifiedSessions(sql, deps);
  const subscriptions = new RoomSubscriptions(sql, deps);
  const controlEvents = new ControlEvents({
    env: { PostRoom: namespace, ConversationRoom: namespace } as unknown as PartyEnv,
    subscriptions,
    changes: new RecentChanges(sql, deps),
    sessions,
    userId: () => "me",
    closeSession: () => {},
    report: () => {},
  });
  return { clock, closed, away, sessions, subscriptions, controlEvents };
}

test("a room that cannot be reached when a session expires is called again, and delays no other session", async () => {
  const { clock, closed, away, sessions, subscriptions, controlEvents } = createControlEvents();
  sessions.store("digest-1", "one", clock.ms + 1_000);
  sessions.store("digest-2", "two", clock.ms + 1_000);
  subscriptions.add("conversation:a", "socket-1", "one");
  subscriptions.add("conversation:b", "socket-2", "two");
  away.add("a");
  clock.ms += 1_000;
  await controlEvents.endExpiredSessions();
  expect(closed).toEqual(["b two"]);
  expect(sessions.nextExpiryAt).toBe(clock.ms);
  away.clear();
  await controlEvents.endExpiredSessions();
  expect(closed).toEqual(["b two", "a one"]);
  expect(sessions.nextExpiryAt).toBeNull();
});

test("a session that is verified again while its expiry is passed on stays stored", async () => {
  const { clock, sessions, subscriptions, controlEvents } = createControlEvents();
  sessions.store("digest", "one", clock.ms + 1_000);
  subscriptions.add("conversation:a", "socket", "one");
  clock.ms += 1_000;
  const ending = controlEvents.endExpiredSessions();
  sessions.store("digest", "one", clock.ms + 9_000);
  await ending;
  expect(sessions.find("digest")).toBe("one");
});
