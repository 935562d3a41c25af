// Holds R2 (a retry never duplicates) and R3 (one order, no holes), without a room.
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { EventLog, GAP_MAX_CHARS, LOG_KEPT_EVENTS, LOG_KEPT_MS, type NewEvent } from "./event-log.ts";
import { SEEN_KEPT_MS, SEEN_KEPT_ROWS } from "./seen-ids.ts";
import { DAY_MS, type Sql, type SqlValue } from "./sql.ts";

/** SQLite of Node behind the same small port that a room's storage fits. */
function sqlite(): Sql {
  const db = new DatabaseSync(":memory:");
  return {
    exec: <T>(query: string, ...bindings: SqlValue[]) => {
      const rows = db
        .prepare(query)
        .all(...bindings.map((each) => (each instanceof ArrayBuffer ? null : each)));
      return { toArray: () => rows as T[] };
    },
  };
}

function openLog(sql = sqlite()) {
  const clock = { ms: 1_000_000_000_000 };
  let ids = 0;
  const deps = { now: () => clock.ms, newId: () => `made-${++ids}` };
  return { sql, clock, deps, log: new EventLog(sql, deps) };
}

const event = (id: string, more: Partial<NewEvent> = {}): NewEvent => ({
  id,
  type: "thing.happened",
  at: "2026-11-20T10:00:00.000Z",
  data: { id },
  ...more,
});

const many = (log: EventLog, count: number, from = 1) => {
  for (let n = from; n < from + count; n++) log.append(event(`e${n}`));
};

describe("sequence numbers", () => {
  test("start at one and are dense", () => {
    const { log } = openLog();
    expect(log.head).toBe(0);
    expect([1, 2, 3].map((n) => log.append(event(`e${n}`))?.seq)).toEqual([1, 2, 3]);
    expect(log.head).toBe(3);
  });

  test("are assigned once per id", () => {
    const { log } = openLog();
    log.append(event("a"));
    expect(log.append(event("a"))).toBeNull();
    expect(log.append(event("b"))?.seq).toBe(2);
  });

  test("continue in the same epoch after a restart, also when every event was trimmed", () => {
    const { sql, deps, log, clock } = openLog();
    many(log, 3);
    clock.ms += LOG_KEPT_MS + 1;
    const woken = new EventLog(sql, deps);
    woken.trim();
    expect([woken.epoch, woken.head, woken.isEmpty]).toEqual([log.epoch, 3, true]);
    expect(woken.append(event("next"))?.seq).toBe(4);
  });

  test("belong to their storage: another storage has another epoch", () => {
    const sameIds = openLog().log;
    expect(new EventLog(sqlite(), { now: Date.now, newId: () => "other" }).epoch).not.toBe(sameIds.epoch);
  });
});

describe("since", () => {
  test("returns the whole gap in the order of the appends", () => {
    const { log } = openLog();
    const appended = [1, 2, 3, 4].map((n) => log.append(event(`e${n}`)));
    expect(log.since({ epoch: log.epoch, seq: 1 })).toEqual({
      kind: "gap",
      epoch: log.epoch,
      after: 1,
      seq: 4,
      events: appended.slice(1),
    });
  });

  test("returns none when nothing was missed", () => {
    const { log } = openLog();
    expect(log.since({ epoch: log.epoch, seq: 0 }).kind).toBe("none");
    many(log, 2);
    expect(log.since({ epoch: log.epoch, seq: 2 })).toEqual({ kind: "none", epoch: log.epoch, seq: 2 });
  });

  test("returns a resync without a position, with another epoch, and with a number that was never assigned", () => {
    const { log } = openLog();
    many(log, 2);
    for (const position of [null, { epoch: "x", seq: 1 }, { epoch: log.epoch, seq: 3 }]) {
      expect(log.since(position)).toEqual({ kind: "resync", epoch: log.epoch, seq: 2 });
    }
  });

  test("reaches back exactly as far as the log", () => {
    const { log } = openLog();
    many(log, LOG_KEPT_EVENTS + 100);
    const oldest = log.since({ epoch: log.epoch, seq: 100 });
    expect(oldest.kind === "gap" && oldest.events.length).toBe(LOG_KEPT_EVENTS);
    expect(log.since({ epoch: log.epoch, seq: 99 }).kind).toBe("resync");
  });

  test("does not reach back more than a week", () => {
    const { log, clock } = openLog();
    many(log, 2);
    clock.ms += LOG_KEPT_MS - 1_000;
    many(log, 2, 3);
    clock.ms += 2_000;
    log.trim();
    expect(log.since({ epoch: log.epoch, seq: 1 }).kind).toBe("resync");
    expect(log.since({ epoch: log.epoch, seq: 2 })).toMatchObject({ kind: "gap", seq: 4 });
  });

  test("returns a resync when the gap is larger than reading everything again", () => {
    const { log } = openLog();
    log.append(event("light"));
    const half = "x".repeat(GAP_MAX_CHARS / 2);
    log.append(event("heavy", { data: half }));
    expect(log.since({ epoch: log.epoch, seq: 0 }).kind).toBe("gap");
    log.append(event("heavier", { data: half }));
    expect(log.since({ epoch: log.epoch, seq: 0 }).kind).toBe("resync");
    expect(log.since({ epoch: log.epoch, seq: 2 }).kind).toBe("gap");
  });
});

describe("collapse", () => {
  const counts = (id: string, order: string) =>
    event(id, { data: order, collapse: { key: "counts:p", order } });

  test("keeps only the newest event, while the numbers go on", () => {
    const { log } = openLog();
    log.append(counts("a", "01"));
    log.append(event("between"));
    expect(log.append(counts("b", "02"))?.seq).toBe(3);
    const gap = log.since({ epoch: log.epoch, seq: 0 });
    expect(gap.kind === "gap" && gap.events.map(({ seq, id }) => [seq, id])).toEqual([
      [2, "between"],
      [3, "b"],
    ]);
    expect(gap.seq).toBe(3);
  });

  test("ignores an older event that arrives late", () => {
    const { log } = openLog();
    log.append(counts("new", "02"));
    expect(log.append(counts("late", "01"))).toBeNull();
    expect(log.append(counts("late", "03"))).toBeNull();
    expect(log.head).toBe(1);
    expect(log.append(counts("same order", "02"))?.seq).toBe(2);
  });

  test("never causes a resync: a collapsed event is not missing", () => {
    const { log } = openLog();
    for (let n = 1; n <= LOG_KEPT_EVENTS * 2; n++) log.append(counts(`c${n}`, String(n).padStart(6, "0")));
    expect(log.since({ epoch: log.epoch, seq: 1 })).toMatchObject({ kind: "gap", events: [{ seq: 2_000 }] });
  });
});

describe("forgetUpTo", () => {
  test("deletes the events up to it; a client at an earlier position gets a resync", () => {
    const { log } = openLog();
    many(log, 5);
    log.forgetUpTo(4);
    expect(log.since({ epoch: log.epoch, seq: 3 }).kind).toBe("resync");
    expect(log.since({ epoch: log.epoch, seq: 4 }).kind).toBe("gap");
    expect(log.head).toBe(5);
  });
});

describe("an event that the room makes itself", () => {
  test("gets the next number, and is returned as the stored JSON", () => {
    const { log, sql, deps } = openLog();
    log.append(event("a"));
    const text = log.appendOwn("thing.made", "2026-11-20T10:00:00.000Z", '{"seq":7}');
    const at = { epoch: log.epoch, seq: 1 };
    expect(log.since(at)).toMatchObject({ kind: "gap", events: [JSON.parse(text)] });
    expect(JSON.parse(text)).toMatchObject({ v: 1, seq: 2, data: { seq: 7 } });
    log.appendOwn("thing.moved", "2026-11-20T10:00:00.000Z", "1", "key");
    log.appendOwn("thing.moved", "2026-11-20T10:00:00.000Z", "2", "key");
    expect(log.since(at)).toMatchObject({ seq: 4, events: [{ seq: 2 }, { seq: 4, data: 2 }] });
    expect(new EventLog(sql, deps).head).toBe(4);
  });

  test("can be rewritten in all logged events about the same message", () => {
    const { log } = openLog();
    for (const [type, seq] of [
      ["message.created", 1],
      ["message.created", 2],
      ["message.changed", 1],
      ["receipt.moved", 1],
    ] as const) {
      log.appendOwn(type, "2026-11-20T10:00:00.000Z", JSON.stringify({ seq, body: "words" }));
    }
    log.rewrite(["message.created", "message.changed"], 1, '{"seq":1,"body":""}');
    const missed = log.since({ epoch: log.epoch, seq: 0 });
    const bodies =
      missed.kind === "gap" ? missed.events.map(({ data }) => (data as { body: string }).body) : [];
    expect(bodies).toEqual(["", "words", "", "words"]);
  });
});

describe("seen ids", () => {
  test("are kept for a day, and the last two thousand of them for longer", () => {
    const { log, clock } = openLog();
    const extra = 128;
    many(log, SEEN_KEPT_ROWS + extra);
    expect(log.seen.has("e1")).toBe(true);
    clock.ms += SEEN_KEPT_MS + 1;
    log.seen.trim();
    expect([log.seen.has(`e${extra}`), log.seen.has(`e${extra + 1}`)]).toEqual([false, true]);
    clock.ms += 30 * DAY_MS;
    log.seen.trim();
    expect(log.seen.has(`e${extra + 1}`)).toBe(true);
  });
});
