// Holds R9 (a session that ended is not let in) and R11 (a reconnect asks Postgres nothing), without a room.
import { describe, expect, test } from "vitest";
import { memorySql } from "../../testing/memory-sql.ts";
import { DAY_MS, HOUR_MS } from "../kit/sql.ts";
import { KNOWN_MAX_MS, KnownSessions } from "./known-sessions.ts";

function rig() {
  const clock = { ms: 1_000_000_000_000 };
  const sql = memorySql();
  const deps = { now: () => clock.ms, newId: () => "" };
  return { clock, sql, deps, known: new KnownSessions(sql, deps) };
}

describe("a session that Postgres proved", () => {
  test("is recognised by the digest of its token, also when the room wakes again", () => {
    const { clock, sql, deps, known } = rig();
    known.remember("digest", "session", clock.ms + 30 * DAY_MS);
    expect(known.recognise("digest")).toBe("session");
    expect(new KnownSessions(sql, deps).recognise("digest")).toBe("session");
    expect(known.recognise("another")).toBeNull();
  });

  test("is known for a day, and again after the next proof", () => {
    const { clock, known } = rig();
    const expiresAt = clock.ms + 30 * DAY_MS;
    known.remember("digest", "session", expiresAt);
    clock.ms += KNOWN_MAX_MS - 1;
    expect(known.recognise("digest")).toBe("session");
    clock.ms += 1;
    expect(known.recognise("digest")).toBeNull();
    known.remember("digest", "session", expiresAt);
    expect(known.recognise("digest")).toBe("session");
  });

  test("is known no longer than it lives, and then named as ended until it is forgotten", () => {
    const { clock, known } = rig();
    const expiresAt = clock.ms + HOUR_MS;
    known.remember("digest", "session", expiresAt);
    known.remember("later", "other", expiresAt + HOUR_MS);
    expect(known.nextEndAt).toBe(expiresAt);
    clock.ms = expiresAt;
    expect(known.recognise("digest")).toBeNull();
    expect(known.expired()).toEqual(["session"]);
    known.forget("session");
    expect(known.expired()).toEqual([]);
    expect(known.nextEndAt).toBe(expiresAt + HOUR_MS);
  });

  test("is unknown once it was forgotten", () => {
    const { clock, known } = rig();
    known.remember("digest", "session", clock.ms + DAY_MS);
    known.forget("session");
    expect(known.recognise("digest")).toBeNull();
    expect(known.nextEndAt).toBeNull();
  });
});
