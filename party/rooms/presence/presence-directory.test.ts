// The directory of a shard without its room.
import { describe, expect, test } from "vitest";
import type { Audience } from "../../../db/views/presence.view.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { PresenceDirectory } from "./presence-directory.ts";

const AT = Date.parse("2026-11-20T10:00:00.000Z");
const ONLINE = { isOnline: true, lastSeenAt: null };
const LEFT = { isOnline: false, lastSeenAt: "2026-11-20T10:00:00.000Z" };
const HIDDEN = { isOnline: false, lastSeenAt: null };

function createDirectory() {
  const sql = memorySql();
  const directory = new PresenceDirectory(sql);
  const setVisibility = (
    userId: string,
    audience: Audience,
    { allowed = [] as string[], hidden = [] as string[] } = {},
  ) => directory.setVisibility(userId, { userId, audience, allowed, hidden });
  const seenBy = (viewerId: string, userId: string) => {
    const [view] = directory.views(viewerId, [userId]);
    return { isOnline: view?.isOnline, lastSeenAt: view?.lastSeenAt };
  };
  return { sql, directory, setVisibility, seenBy };
}

describe("visibility", () => {
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
  ] as const)("audience %s: a %s may see: %s", (audience, viewer, isSeen) => {
    const { directory, setVisibility, seenBy } = createDirectory();
    // Blocked and chosen: the block counts more.
    setVisibility("ann", audience, { allowed: ["friend", "blocked"], hidden: ["blocked"] });
    directory.announce("ann", true, AT);
    expect(seenBy(viewer, "ann")).toEqual(isSeen ? ONLINE : HIDDEN);
    directory.announce("ann", false, AT);
    expect(seenBy(viewer, "ann")).toEqual(isSeen ? LEFT : HIDDEN);
    expect(seenBy("ann", "ann")).toEqual(LEFT);
  });

  test("while a person's visibility is unknown or invalidated, only the person sees their presence", () => {
    const { directory, setVisibility, seenBy } = createDirectory();
    directory.announce("ann", true, AT);
    expect(seenBy("ben", "ann")).toEqual(HIDDEN);
    expect(seenBy("ann", "ann")).toEqual(ONLINE);
    setVisibility("ann", "everyone");
    expect(seenBy("ben", "ann")).toEqual(ONLINE);
    directory.setVisibility("ann", null);
    expect(seenBy("ben", "ann")).toEqual(HIDDEN);
    expect(directory.visibility.invalidated()).toEqual(["ann"]);
  });

  test("one query answers many people in the order given; unknown people look offline", () => {
    const { directory, setVisibility } = createDirectory();
    setVisibility("ann", "everyone");
    setVisibility("ben", "nobody");
    directory.announce("ann", true, AT);
    directory.announce("ben", true, AT);
    expect(directory.views("cem", ["nobody-ever", "ben", "ann"])).toEqual([
      { userId: "nobody-ever", ...HIDDEN },
      { userId: "ben", ...HIDDEN },
      { userId: "ann", ...ONLINE },
    ]);
  });
});

describe("notifications", () => {
  test("go to subscribers who may see the person, for a change and for nothing else", () => {
    const { directory, setVisibility } = createDirectory();
    setVisibility("ann", "everyone", { hidden: ["blocked"] });
    for (const subscriber of ["ben", "cem", "blocked"]) directory.subscribe(subscriber, ["ann"], []);
    const notifications = [
      { subscriberId: "ben", targetId: "ann" },
      { subscriberId: "cem", targetId: "ann" },
    ];
    expect(directory.announce("ann", true, AT)).toEqual(notifications);
    expect(directory.announce("ann", true, AT)).toEqual([]);
    expect(directory.announce("ann", false, AT)).toEqual(notifications);
    expect(directory.announce("never-here", false, AT)).toEqual([]);
  });

  test("of a changed visibility go to those who no longer see the person and to those who do now", () => {
    const { directory, setVisibility } = createDirectory();
    setVisibility("ann", "chosen", { allowed: ["ben", "cem"] });
    for (const subscriber of ["ben", "cem", "dan", "eva"]) directory.subscribe(subscriber, ["ann"], []);
    expect(setVisibility("ann", "chosen", { allowed: ["ben"] })).toEqual([]);
    setVisibility("ann", "chosen", { allowed: ["ben", "cem"] });
    directory.announce("ann", true, AT);
    expect(
      setVisibility("ann", "chosen", { allowed: ["ben", "dan"] }).map((each) => each.subscriberId),
    ).toEqual(["cem", "dan"]);
    expect(setVisibility("ann", "chosen", { allowed: ["dan", "ben"] })).toEqual([]);
  });

  test("a repeated subscription counts once; an unsubscribed person is not published", () => {
    const { directory, setVisibility } = createDirectory();
    setVisibility("ann", "everyone");
    directory.subscribe("ben", ["ann", "ann"], []);
    directory.subscribe("ben", ["ann"], []);
    expect(directory.announce("ann", true, AT)).toHaveLength(1);
    directory.subscribe("ben", [], ["ann"]);
    expect(directory.announce("ann", false, AT)).toEqual([]);
  });

  test("that were not sent are listed after a restart, without subscribers who may not see the person", () => {
    const { sql, directory, setVisibility } = createDirectory();
    setVisibility("ann", "everyone", { hidden: ["blocked"] });
    directory.subscribe("ben", ["ann"], []);
    directory.subscribe("blocked", ["ann"], []);
    directory.announce("ann", true, AT);
    expect(new PresenceDirectory(sql).unpublished()).toEqual({
      targetIds: ["ann"],
      notifications: [{ subscriberId: "ben", targetId: "ann" }],
    });
    directory.markPublished("ann");
    expect(directory.unpublished()).toEqual({ targetIds: [], notifications: [] });
    setVisibility("ann", "everyone", { hidden: ["ben", "blocked"] });
    expect(directory.unpublished().notifications.map((each) => each.subscriberId)).toContain("ben");
  });
});

describe("dirty people", () => {
  test("are listed once each; a person who changes during a flush stays dirty", () => {
    const { directory } = createDirectory();
    directory.announce("ann", true, AT);
    directory.announce("ben", true, AT);
    directory.announce("ben", false, AT);
    const batch = directory.dirty(10);
    expect(batch.map(({ rev: _, ...person }) => person)).toEqual([
      { userId: "ann", isOnline: true, lastSeenAt: null },
      { userId: "ben", isOnline: false, lastSeenAt: AT },
    ]);
    directory.announce("ann", false, AT);
    directory.markFlushed(batch);
    expect(directory.dirty(10).map(({ userId }) => userId)).toEqual(["ann"]);
  });

  test("keep the time they were last seen when they come online again", () => {
    const { directory } = createDirectory();
    directory.announce("ann", true, AT);
    directory.announce("ann", false, AT);
    directory.announce("ann", true, AT + 5);
    expect(directory.dirty(1)[0]).toMatchObject({ isOnline: true, lastSeenAt: AT });
  });
});

describe("restored people", () => {
  test("have the stored presence until they are announced; an announced record is not overwritten", () => {
    const { directory, setVisibility, seenBy } = createDirectory();
    setVisibility("ann", "everyone");
    expect(directory.unknown(["ann", "ben"])).toEqual(["ann", "ben"]);
    directory.restore({ userId: "ann", isOnline: false, lastSeenAt: AT });
    expect(seenBy("ben", "ann")).toEqual(LEFT);
    expect([directory.unknown(["ann", "ben"]), directory.dirty(10)]).toEqual([["ben"], []]);
    directory.announce("ann", true, AT + 1);
    directory.restore({ userId: "ann", isOnline: false, lastSeenAt: AT });
    expect(seenBy("ben", "ann")).toEqual(ONLINE);
  });

  test("are hidden like everybody else", () => {
    const { directory, setVisibility, seenBy } = createDirectory();
    directory.restore({ userId: "ann", isOnline: true, lastSeenAt: null });
    expect(seenBy("ben", "ann")).toEqual(HIDDEN);
    setVisibility("ann", "nobody");
    expect(seenBy("ben", "ann")).toEqual(HIDDEN);
  });
});
