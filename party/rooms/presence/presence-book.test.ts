// Who may know that somebody is here, without a room.
import { describe, expect, test } from "vitest";
import type { Audience } from "../../../db/views/presence.view.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { PresenceBook } from "./presence-book.ts";

const AT = Date.parse("2026-11-20T10:00:00.000Z");
const HERE = { isOnline: true, lastSeenAt: null };
const GONE = { isOnline: false, lastSeenAt: "2026-11-20T10:00:00.000Z" };
const NOTHING = { isOnline: false, lastSeenAt: null };

function rig() {
  const sql = memorySql();
  const book = new PresenceBook(sql);
  const circle = (
    userId: string,
    audience: Audience,
    { allowed = [] as string[], hidden = [] as string[] } = {},
  ) => book.setCircle(userId, { userId, audience, allowed, hidden });
  const seenBy = (viewerId: string, userId: string) => {
    const [view] = book.views(viewerId, [userId]);
    return { isOnline: view?.isOnline, lastSeenAt: view?.lastSeenAt };
  };
  return { sql, book, circle, seenBy };
}

describe("who sees whom", () => {
  test.each([
    ["everyone", "stranger", true],
    ["everyone", "friend", true],
    ["everyone", "blocked", false],
    ["mutuals", "stranger", false],
    ["mutuals", "friend", true],
    ["mutuals", "blocked", false],
    ["chosen", "stranger", false],
    ["chosen", "friend", true],
    ["chosen", "blocked", false],
    ["nobody", "stranger", false],
    ["nobody", "friend", false],
    ["nobody", "blocked", false],
  ] as const)("audience %s: a %s sees %s", (audience, viewer, isSeen) => {
    const { book, circle, seenBy } = rig();
    // Blocked although chosen: the block counts more.
    circle("ann", audience, { allowed: ["friend", "blocked"], hidden: ["blocked"] });
    book.announce("ann", true, AT);
    expect(seenBy(viewer, "ann")).toEqual(isSeen ? HERE : NOTHING);
    book.announce("ann", false, AT);
    expect(seenBy(viewer, "ann")).toEqual(isSeen ? GONE : NOTHING);
    expect(seenBy("ann", "ann")).toEqual(GONE);
  });

  test("a circle that is not known, or is not to be relied on, shows nobody but oneself", () => {
    const { book, circle, seenBy } = rig();
    book.announce("ann", true, AT);
    expect(seenBy("ben", "ann")).toEqual(NOTHING);
    expect(seenBy("ann", "ann")).toEqual(HERE);
    circle("ann", "everyone");
    expect(seenBy("ben", "ann")).toEqual(HERE);
    book.setCircle("ann", null);
    expect(seenBy("ben", "ann")).toEqual(NOTHING);
    expect(book.circles.wanted()).toEqual(["ann"]);
  });

  test("many are answered at once, in the order asked, whoever they are", () => {
    const { book, circle } = rig();
    circle("ann", "everyone");
    circle("ben", "nobody");
    book.announce("ann", true, AT);
    book.announce("ben", true, AT);
    expect(book.views("cem", ["nobody-ever", "ben", "ann"])).toEqual([
      { userId: "nobody-ever", ...NOTHING },
      { userId: "ben", ...NOTHING },
      { userId: "ann", ...HERE },
    ]);
  });
});

describe("whom to tell", () => {
  test("those who watch and may see, of a change and of nothing else", () => {
    const { book, circle } = rig();
    circle("ann", "everyone", { hidden: ["blocked"] });
    for (const watcher of ["ben", "cem", "blocked"]) book.watch(watcher, ["ann"], []);
    const tellings = [
      { watcherId: "ben", targetId: "ann" },
      { watcherId: "cem", targetId: "ann" },
    ];
    expect(book.announce("ann", true, AT)).toEqual(tellings);
    expect(book.announce("ann", true, AT)).toEqual([]);
    expect(book.announce("ann", false, AT)).toEqual(tellings);
    expect(book.announce("never-here", false, AT)).toEqual([]);
  });

  test("of a changed circle, those who see no more and those who see now", () => {
    const { book, circle } = rig();
    circle("ann", "chosen", { allowed: ["ben", "cem"] });
    for (const watcher of ["ben", "cem", "dan", "eva"]) book.watch(watcher, ["ann"], []);
    expect(circle("ann", "chosen", { allowed: ["ben"] })).toEqual([]);
    circle("ann", "chosen", { allowed: ["ben", "cem"] });
    book.announce("ann", true, AT);
    expect(circle("ann", "chosen", { allowed: ["ben", "dan"] }).map((each) => each.watcherId)).toEqual([
      "cem",
      "dan",
    ]);
    expect(circle("ann", "chosen", { allowed: ["dan", "ben"] })).toEqual([]);
  });

  test("watches are a set: told again they stay, taken away they are gone", () => {
    const { book, circle } = rig();
    circle("ann", "everyone");
    book.watch("ben", ["ann", "ann"], []);
    book.watch("ben", ["ann"], []);
    expect(book.announce("ann", true, AT)).toHaveLength(1);
    book.watch("ben", [], ["ann"]);
    expect(book.announce("ann", false, AT)).toEqual([]);
  });

  test("what was not told is told in the next life; who could not see is not told even then", () => {
    const { sql, book, circle } = rig();
    circle("ann", "everyone", { hidden: ["blocked"] });
    book.watch("ben", ["ann"], []);
    book.watch("blocked", ["ann"], []);
    book.announce("ann", true, AT);
    expect(new PresenceBook(sql).untold()).toEqual({
      about: ["ann"],
      tellings: [{ watcherId: "ben", targetId: "ann" }],
    });
    book.told("ann");
    expect(book.untold()).toEqual({ about: [], tellings: [] });
    circle("ann", "everyone", { hidden: ["ben", "blocked"] });
    expect(book.untold().tellings.map((each) => each.watcherId)).toContain("ben");
  });
});

describe("what Postgres is to keep", () => {
  test("is everybody who changed, once; who changes while it is written stays for the next time", () => {
    const { book } = rig();
    book.announce("ann", true, AT);
    book.announce("ben", true, AT);
    book.announce("ben", false, AT);
    const batch = book.unstored(10);
    expect(batch.map(({ mark: _, ...person }) => person)).toEqual([
      { userId: "ann", isOnline: true, lastSeenAt: null },
      { userId: "ben", isOnline: false, lastSeenAt: AT },
    ]);
    book.announce("ann", false, AT);
    book.stored(batch);
    expect(book.unstored(10).map(({ userId }) => userId)).toEqual(["ann"]);
  });

  test("does not lose when someone was last here by their being here again", () => {
    const { book } = rig();
    book.announce("ann", true, AT);
    book.announce("ann", false, AT);
    book.announce("ann", true, AT + 5);
    expect(book.unstored(1)[0]).toMatchObject({ isOnline: true, lastSeenAt: AT });
  });
});
