// Holds R9 (an ended session is not admitted) and R11 (a reconnect needs no query), without a room.
import { describe, expect, test } from "vitest";
import { memorySql } from "../../testing/memory-sql.ts";
import { DAY_MS, HOUR_MS } from "../kit/sql.ts";
import { SESSION_TRUSTED_MS, VerifiedSessions } from "./verified-sessions.ts";

function createSessions() {
  const clock = { ms: 1_000_000_000_000 };
  const sql = memorySql();
  const deps = { now: () => clock.ms, newId: () => "" };
  return { clock, sql, deps, sessions: new VerifiedSessions(sql, deps) };
}

describe("a session that Postgres verified", () => {
  test("is found by the digest of its token, also after a restart", () => {
    const { clock, sql, deps, sessions } = createSessions();
    sessions.store("digest", "session", clock.ms + 30 * DAY_MS);
    expect(sessions.find("digest")).toBe("session");
    expect(new VerifiedSessions(sql, deps).find("digest")).toBe("session");
    expect(sessions.find("another")).toBeNull();
  });

  test("is trusted for a day, and again after the next verification", () => {
    const { clock, sessions } = createSessions();
    const expiresAt = clock.ms + 30 * DAY_MS;
    sessions.store("digest", "session", expiresAt);
    clock.ms += SESSION_TRUSTED_MS - 1;
    expect(sessions.find("digest")).toBe("session");
    clock.ms += 1;
    expect(sessions.find("digest")).toBeNull();
    sessions.store("digest", "session", expiresAt);
    expect(sessions.find("digest")).toBe("session");
  });

  test("is not found after its expiry, and is listed as expired until it is deleted", () => {
    const { clock, sessions } = createSessions();
    const expiresAt = clock.ms + HOUR_MS;
    sessions.store("digest", "session", expiresAt);
    sessions.store("later", "other", expiresAt + HOUR_MS);
    expect(sessions.nextExpiryAt).toBe(expiresAt);
    clock.ms = expiresAt;
    expect(sessions.find("digest")).toBeNull();
    expect(sessions.expired()).toEqual(["session"]);
    sessions.delete("session");
    expect(sessions.expired()).toEqual([]);
    expect(sessions.nextExpiryAt).toBe(expiresAt + HOUR_MS);
  });

  test("is not found after it was deleted", () => {
    const { clock, sessions } = createSessions();
    sessions.store("digest", "session", clock.ms + DAY_MS);
    sessions.delete("session");
    expect(sessions.find("digest")).toBeNull();
    expect(sessions.nextExpiryAt).toBeNull();
  });
});
