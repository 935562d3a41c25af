// When an account is notified: soon when its pages show something old, rarely when they see the events themselves.

import { describe, expect, test } from "vitest";
import type { MemberStateUpdate } from "../../rpc.ts";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { member, snapshot } from "../../testing/roster-fixtures.ts";
import { ConversationCore } from "./conversation-core.ts";
import {
  MemberStateNotifier,
  NOTIFY_AFTER_MS,
  NOTIFY_EVERY_MS,
  NOTIFY_IDLE_AFTER_MS,
  NOTIFY_OFFLINE_EVERY_MS,
  NOTIFY_PRESENT_AFTER_MS,
  NOTIFY_PRESENT_EVERY_MS,
  NOTIFY_PREVIEW_AFTER_MS,
  NOTIFY_READ_AFTER_MS,
} from "./member-state-notifier.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const [ann, ben] = [id(1), id(2)] as const;

/** A conversation in which Ann sends messages, and the updates that Ben's account receives. */
function fixture() {
  const clock = { ms: Date.parse("2026-11-20T12:00:00.000Z") };
  let ids = 1_000;
  const deps = { now: () => clock.ms, newId: () => id(++ids) };
  const core = new ConversationCore(memorySql(), deps);
  core.start(snapshot(id(99), [member(ann), member(ben)]), []);
  /** `sockets`: Ben's pages with the conversation open; `pages`: all his pages. */
  const ben_ = { sockets: 0, pages: 2, isUnreachable: false };
  const sent: MemberStateUpdate[] = [];
  const notifier = new MemberStateNotifier({
    core,
    now: deps.now,
    scheduler: fakeScheduler().scheduler,
    socketsOf: (userId) => (userId === ben ? ben_.sockets : 0),
    send: async (_, update) => {
      if (ben_.isUnreachable) throw new Error("unreachable");
      sent.push(update);
      return { pages: ben_.pages };
    },
  });
  const notify = () => notifier.notifyDue();
  return {
    core,
    deps,
    clock,
    notifier,
    sent,
    notify,
    ben: ben_,
    send: (isUrgent = false) => {
      core.apply({ type: "message.send", userId: ann, clientId: deps.newId(), body: "words" });
      notifier.markDirty(ben, isUrgent);
    },
    read: () => {
      core.apply({ type: "receipt.read", userId: ben, seq: core.messages.head });
      notifier.markDirty(ben);
    },
    /** Milliseconds until the next notification is due. */
    waitMs: () => (notifier.nextAt ?? Number.NaN) - clock.ms,
    /** Moves the clock to the next due time, and notifies. */
    async due() {
      clock.ms = notifier.nextAt ?? Number.NaN;
      await notify();
    },
    unread: () => sent.map((update) => (update.kind === "chat" ? update.chat.unread : null)),
  };
}

describe("a member without the conversation open", () => {
  test("is notified soon, then with the newest state at a limited rate", async () => {
    const { send, due, waitMs, unread } = fixture();
    send();
    expect(waitMs()).toBe(NOTIFY_AFTER_MS);
    await due();
    for (let n = 0; n < 20; n++) send();
    expect(waitMs()).toBe(NOTIFY_EVERY_MS);
    await due();
    expect(unread()).toEqual([1, 21]);
    expect(waitMs()).toBeNaN();
  });

  test("is notified less often while their account has no open page", async () => {
    const { send, due, waitMs, ben } = fixture();
    ben.pages = 0;
    send();
    await due();
    send();
    expect(waitMs()).toBe(NOTIFY_OFFLINE_EVERY_MS);
  });

  test("is notified soon of a roster change", async () => {
    const { send, due, waitMs } = fixture();
    send();
    await due();
    send(true);
    expect(waitMs()).toBe(NOTIFY_AFTER_MS);
  });
});

describe("a member with the conversation open", () => {
  const present = async () => {
    const all = fixture();
    all.ben.sockets = 1;
    all.send();
    await all.due();
    all.read();
    await all.due();
    expect(all.unread()).toEqual([1, 0]);
    all.sent.length = 0;
    return all;
  };

  test("who reads has the right unread count: only the newest message is sent, and late", async () => {
    const { send, read, notify, clock, sent, waitMs } = await present();
    for (let n = 0; n < 5; n++) {
      send();
      read();
      clock.ms += 1_000;
      await notify();
    }
    expect(sent).toEqual([]);
    expect(waitMs()).toBeGreaterThan(0);
    expect(waitMs()).toBeLessThanOrEqual(NOTIFY_IDLE_AFTER_MS * 2);
  });

  test("is notified now and then although messages never stop", async () => {
    const { send, read, notify, clock, sent } = await present();
    for (let n = 0; n < 120; n++) {
      send();
      read();
      clock.ms += 500;
      await notify();
    }
    expect(sent.length).toBeGreaterThanOrEqual(Math.floor(60_000 / (NOTIFY_PREVIEW_AFTER_MS * 1.5)));
    expect(sent.length).toBeLessThanOrEqual(Math.ceil(60_000 / (NOTIFY_PREVIEW_AFTER_MS * 0.5)));
  });

  test("who does not read is notified soon, and then less and less often", async () => {
    const { send, due, notify, waitMs, sent, clock } = await present();
    send();
    expect(waitMs()).toBe(NOTIFY_PRESENT_AFTER_MS);
    await due();
    const gaps: number[] = [];
    for (let sentAt = clock.ms, before = clock.ms; gaps.length < 5; sentAt += 250) {
      clock.ms = sentAt;
      send();
      const many = sent.length;
      await notify();
      if (sent.length === many) continue;
      gaps.push(clock.ms - before);
      before = clock.ms;
    }
    const most = [1, 2, 4, 4, 4].map((times) => times * NOTIFY_PRESENT_EVERY_MS);
    for (const [at, waited] of gaps.entries()) {
      expect(waited).toBeGreaterThanOrEqual((most[at] ?? 0) * 0.5 - 250);
      expect(waited).toBeLessThanOrEqual((most[at] ?? 0) * 1.5 + 500);
    }
  });

  test("who reads after a while: their other devices are notified soon", async () => {
    const { send, read, due, waitMs, unread } = await present();
    send();
    await due();
    read();
    expect(waitMs()).toBe(NOTIFY_READ_AFTER_MS);
    await due();
    expect(unread()).toEqual([1, 0]);
  });

  test("after a restart of the room: an unread count that may be shown is cleared as soon as it is read", async () => {
    const { core, notifier, clock, deps, ben } = fixture();
    ben.sockets = 1;
    core.apply({ type: "message.send", userId: ann, clientId: deps.newId(), body: "words" });
    core.apply({ type: "receipt.read", userId: id(2), seq: core.messages.head });
    notifier.markDirty(id(2));
    expect((notifier.nextAt ?? 0) - clock.ms).toBe(NOTIFY_READ_AFTER_MS);
  });

  test("who closes one of two pages is notified again, for the other page", async () => {
    const { send, due, notify, waitMs, notifier, clock, ben } = await present();
    [ben.sockets, ben.pages] = [2, 2];
    send();
    await due();
    for (let n = 0; n < 10; n++) {
      clock.ms += 1_000;
      send();
      await notify();
    }
    ben.sockets = 1;
    notifier.reschedule(id(2));
    expect(waitMs()).toBeLessThanOrEqual(0);
  });

  test("on all pages of the account is hardly notified, until there is another page", async () => {
    const { send, due, notify, waitMs, notifier, unread, clock, ben } = await present();
    ben.pages = 1;
    send();
    await due();
    for (let n = 0; n < 10; n++) {
      clock.ms += 1_000;
      send();
      await notify();
    }
    expect(unread()).toEqual([1]);
    expect(waitMs()).toBeLessThanOrEqual(NOTIFY_IDLE_AFTER_MS * 2);
    notifier.flush(id(2));
    expect(waitMs()).toBeLessThanOrEqual(NOTIFY_AFTER_MS);
    await due();
    expect(unread()).toEqual([1, 11]);
  });

  test("on the only page, or without any, is not notified of each change between read and unread", async () => {
    for (const pages of [1, 0]) {
      const { send, read, due, notify, sent, clock, ben } = await present();
      ben.pages = pages;
      send();
      await due();
      sent.length = 0;
      for (let n = 0; n < 20; n++) {
        read();
        clock.ms += 500;
        await notify();
        send();
        clock.ms += 1_500;
        await notify();
      }
      expect(sent).toEqual([]);
    }
  });

  test("on two pages is notified when one of them has read: the other page clears its unread count", async () => {
    const { send, read, due, waitMs, ben } = await present();
    [ben.sockets, ben.pages] = [2, 2];
    send();
    await due();
    read();
    expect(waitMs()).toBe(NOTIFY_READ_AFTER_MS);
  });

  test("who leaves waits no longer than a member without it open", async () => {
    const { send, read, notifier, clock, waitMs, ben } = await present();
    clock.ms += NOTIFY_EVERY_MS;
    send();
    read();
    ben.sockets = 0;
    notifier.reschedule(id(2));
    expect(waitMs()).toBe(NOTIFY_AFTER_MS);
  });
});

test("a clock that is set back delays a notification only briefly", async () => {
  const { send, due, clock, waitMs } = fixture();
  send();
  await due();
  clock.ms -= 300_000;
  send();
  expect(waitMs()).toBeLessThanOrEqual(NOTIFY_EVERY_MS);
});

test("a failed notification is repeated with the newest state, and not earlier because of a new message", async () => {
  const { send, due, waitMs, unread, ben } = fixture();
  ben.isUnreachable = true;
  send();
  await due();
  expect(waitMs()).toBe(1_000);
  send();
  expect(waitMs()).toBe(1_000);
  await due();
  expect(waitMs()).toBe(2_000);
  ben.isUnreachable = false;
  await due();
  expect(unread()).toEqual([2]);
  expect(waitMs()).toBeNaN();
});
