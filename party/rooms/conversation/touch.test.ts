// How soon an account hears of its conversations: nobody is told what they know, nobody waits who does not see it happen.

import { describe, expect, test } from "vitest";
import type { MemberStateUpdate } from "../../rpc.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { person, snapshot } from "../../testing/roster-fixtures.ts";
import { Conversation } from "./conversation-core.ts";
import {
  TOUCH_AFTER_MS,
  TOUCH_EVERY_MS,
  TOUCH_PRESENT_AFTER_MS,
  TOUCH_PRESENT_EVERY_MS,
  TOUCH_READER_AFTER_MS,
  TOUCH_SILENT_AFTER_MS,
  TOUCH_UNHEARD_EVERY_MS,
  TOUCH_WORDS_AFTER_MS,
  Touches,
} from "./touch.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const [ann, ben] = [id(1), id(2)] as const;

/** A conversation in which Ann talks, and what Ben's account is told of it. */
function rig() {
  const clock = { ms: Date.parse("2026-11-20T12:00:00.000Z") };
  let ids = 1_000;
  const deps = { now: () => clock.ms, newId: () => id(++ids) };
  const talk = new Conversation(memorySql(), deps);
  talk.begin(snapshot(id(99), [person(ann), person(ben)]), []);
  /** In how many pages Ben has it open, how many pages he has at all. */
  const ben_ = { sockets: 0, pages: 2, isLost: false };
  const touches = new Touches(talk, deps, (userId) => (userId === ben ? ben_.sockets : 0));
  const told: MemberStateUpdate[] = [];
  const tell = () =>
    touches.tell(async (_, touch) => {
      if (ben_.isLost) throw new Error("lost");
      told.push(touch);
      return { pages: ben_.pages };
    });
  return {
    talk,
    deps,
    clock,
    touches,
    told,
    tell,
    ben: ben_,
    say: (isUrgent = false) => {
      talk.send(ann, { clientId: deps.newId(), body: "words" });
      touches.owe(ben, isUrgent);
    },
    read: () => {
      talk.read(ben, talk.messages.head);
      touches.owe(ben);
    },
    /** In how many milliseconds the next one is due. */
    waitMs: () => (touches.nextAt ?? Number.NaN) - clock.ms,
    /** Lets the time pass until it is due, and tells. */
    async due() {
      clock.ms = touches.nextAt ?? Number.NaN;
      await tell();
    },
    unread: () => told.map((touch) => (touch.kind === "chat" ? touch.chat.unread : null)),
  };
}

describe("somebody elsewhere", () => {
  test("hears at once, then the newest once a while, however much is said", async () => {
    const { say, due, waitMs, unread } = rig();
    say();
    expect(waitMs()).toBe(TOUCH_AFTER_MS);
    await due();
    for (let n = 0; n < 20; n++) say();
    expect(waitMs()).toBe(TOUCH_EVERY_MS);
    await due();
    expect(unread()).toEqual([1, 21]);
    expect(waitMs()).toBeNaN();
  });

  test("hears less often while no device of theirs is there", async () => {
    const { say, due, waitMs, ben } = rig();
    ben.pages = 0;
    say();
    await due();
    say();
    expect(waitMs()).toBe(TOUCH_UNHEARD_EVERY_MS);
  });

  test("hears at once that the roster changed", async () => {
    const { say, due, waitMs } = rig();
    say();
    await due();
    say(true);
    expect(waitMs()).toBe(TOUCH_AFTER_MS);
  });
});

describe("somebody who sees it happen", () => {
  const present = async () => {
    const all = rig();
    all.ben.sockets = 1;
    all.say();
    await all.due();
    all.read();
    await all.due();
    expect(all.unread()).toEqual([1, 0]);
    all.told.length = 0;
    return all;
  };

  test("and reads it has a true badge already: only the last words are told, and late", async () => {
    const { say, read, tell, clock, told, waitMs } = await present();
    for (let n = 0; n < 5; n++) {
      say();
      read();
      clock.ms += 1_000;
      await tell();
    }
    expect(told).toEqual([]);
    expect(waitMs()).toBeGreaterThan(0);
    expect(waitMs()).toBeLessThanOrEqual(TOUCH_SILENT_AFTER_MS * 2);
  });

  test("is told once in a while although nobody is ever silent", async () => {
    const { say, read, tell, clock, told } = await present();
    for (let n = 0; n < 120; n++) {
      say();
      read();
      clock.ms += 500;
      await tell();
    }
    expect(told.length).toBeGreaterThanOrEqual(Math.floor(60_000 / (TOUCH_WORDS_AFTER_MS * 1.5)));
    expect(told.length).toBeLessThanOrEqual(Math.ceil(60_000 / (TOUCH_WORDS_AFTER_MS * 0.5)));
  });

  test("and does not read it has a badge soon, which then grows more and more slowly", async () => {
    const { say, due, tell, waitMs, told, clock } = await present();
    say();
    expect(waitMs()).toBe(TOUCH_PRESENT_AFTER_MS);
    await due();
    const gaps: number[] = [];
    for (let sentAt = clock.ms, before = clock.ms; gaps.length < 5; sentAt += 250) {
      clock.ms = sentAt;
      say();
      const many = told.length;
      await tell();
      if (told.length === many) continue;
      gaps.push(clock.ms - before);
      before = clock.ms;
    }
    const most = [1, 2, 4, 4, 4].map((times) => times * TOUCH_PRESENT_EVERY_MS);
    for (const [at, waited] of gaps.entries()) {
      expect(waited).toBeGreaterThanOrEqual((most[at] ?? 0) * 0.5 - 250);
      expect(waited).toBeLessThanOrEqual((most[at] ?? 0) * 1.5 + 500);
    }
  });

  test("and reads after a while: other devices hear soon", async () => {
    const { say, read, due, waitMs, unread } = await present();
    say();
    await due();
    read();
    expect(waitMs()).toBe(TOUCH_READER_AFTER_MS);
    await due();
    expect(unread()).toEqual([1, 0]);
  });

  test("once the room has slept: a badge that may be there goes as soon as it is read", async () => {
    const { talk, touches, clock, deps, ben } = rig();
    ben.sockets = 1;
    talk.send(ann, { clientId: deps.newId(), body: "words" });
    talk.read(id(2), talk.messages.head);
    touches.owe(id(2));
    expect((touches.nextAt ?? 0) - clock.ms).toBe(TOUCH_READER_AFTER_MS);
  });

  test("and closes one of two pages is no longer alone with the rest", async () => {
    const { say, due, tell, waitMs, touches, clock, ben } = await present();
    [ben.sockets, ben.pages] = [2, 2];
    say();
    await due();
    for (let n = 0; n < 10; n++) {
      clock.ms += 1_000;
      say();
      await tell();
    }
    ben.sockets = 1;
    touches.reconsider(id(2));
    expect(waitMs()).toBeLessThanOrEqual(0);
  });

  test("on all pages there are is told for the record only, until there is another page", async () => {
    const { say, due, tell, waitMs, touches, unread, clock, ben } = await present();
    ben.pages = 1;
    say();
    await due();
    for (let n = 0; n < 10; n++) {
      clock.ms += 1_000;
      say();
      await tell();
    }
    expect(unread()).toEqual([1]);
    expect(waitMs()).toBeLessThanOrEqual(TOUCH_SILENT_AFTER_MS * 2);
    touches.hurry(id(2));
    expect(waitMs()).toBeLessThanOrEqual(TOUCH_AFTER_MS);
    await due();
    expect(unread()).toEqual([1, 11]);
  });

  test("and leaves waits no longer than anybody elsewhere", async () => {
    const { say, read, touches, clock, waitMs, ben } = await present();
    clock.ms += TOUCH_EVERY_MS;
    say();
    read();
    ben.sockets = 0;
    touches.reconsider(id(2));
    expect(waitMs()).toBe(TOUCH_AFTER_MS);
  });
});

test("a clock that is set back delays nobody for long", async () => {
  const { say, due, clock, waitMs } = rig();
  say();
  await due();
  clock.ms -= 300_000;
  say();
  expect(waitMs()).toBeLessThanOrEqual(TOUCH_EVERY_MS);
});

test("what could not be told is told again, the newest only, and not sooner because of more", async () => {
  const { say, due, waitMs, unread, ben } = rig();
  ben.isLost = true;
  say();
  await due();
  expect(waitMs()).toBe(1_000);
  say();
  expect(waitMs()).toBe(1_000);
  await due();
  expect(waitMs()).toBe(2_000);
  ben.isLost = false;
  await due();
  expect(unread()).toEqual([2]);
  expect(waitMs()).toBeNaN();
});
