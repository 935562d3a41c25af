// Holds R2, R3 and the rules of conversations, without a room.
import { describe, expect, test } from "vitest";
import { DatabaseUnavailable } from "../../../db/client/errors.ts";
import type { ConversationSnapshot, StoredMessage } from "../../outbox/conversation-snapshot.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { blocked, cause, muted, person, snapshot as rosterOf } from "../../testing/roster-fixtures.ts";
import { Conversation } from "./conversation-core.ts";
import {
  type ConversationStore,
  DRAIN_AFTER_MS,
  DRAIN_BATCH_MESSAGES,
  DRAIN_EVERY_MS,
  DRAIN_RETRY_MAX_MS,
  Drain,
} from "./drain.ts";
import { fromStored, TAIL_KEPT, toStored } from "./messages.ts";
import type { Revocation } from "./roster.ts";
import { Typing } from "./typing.ts";
import { conversationFor, lastMessageFor, messageFor } from "./views.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const [ann, ben, cay] = [id(1), id(2), id(3)] as const;

const snapshot = (more: Partial<ConversationSnapshot> = {}) =>
  rosterOf(id(99), [person(ann), person(ben)], more);

function rig(more: Partial<ConversationSnapshot> = {}, tail: StoredMessage[] = []) {
  const sql = memorySql();
  const clock = { ms: Date.parse("2026-11-20T12:00:00.000Z") };
  let ids = 1_000;
  const deps = { now: () => clock.ms, newId: () => id(++ids) };
  const talk = new Conversation(sql, deps);
  talk.begin(snapshot(more), tail);
  const say = (userId: string, body: string, clientId = id(++ids)) => talk.send(userId, { clientId, body });
  /** The same storage after a crash. */
  const reborn = () => new Conversation(sql, deps);
  return { sql, clock, deps, talk, say, reborn };
}

/** A Postgres that takes what it is handed, or throws. */
const storing = (store: (messages: StoredMessage[]) => void): ConversationStore => ({
  load: async () => null,
  messageAt: async () => null,
  store: async (_, { messages }) => store(messages),
});

const stored = (seq: number, more: Partial<StoredMessage> = {}): StoredMessage => ({
  id: id(5_000 + seq),
  seq,
  senderId: ann,
  clientId: id(7_000 + seq),
  kind: "text",
  body: `${seq}`,
  notice: null,
  replyTo: null,
  reactions: {},
  isDeleted: false,
  editedAt: null,
  version: 1,
  createdAt: "2026-11-20T11:00:00.000Z",
  ...more,
});

describe("who may do what", () => {
  const deeds: Revocation[] = [
    "conversation.read",
    "message.send",
    "message.edit",
    "message.react",
    "message.delete",
    "message.deleteOthers",
    "self.show",
  ];
  const direct = { kind: "direct" } as const;
  test.each([
    ["a stranger", cay, {}, []],
    ["a member", ann, {}, deeds.filter((revocation) => revocation !== "message.deleteOthers")],
    ["an admin", ann, { participants: [person(ann, { role: "admin" })] }, deeds],
    [
      "one who was asked",
      ben,
      { participants: [person(ben, { state: "requested" })] },
      ["conversation.read", "message.delete"],
    ],
    [
      "one of two with a block between them",
      ann,
      { ...direct, hidden: blocked(ann, ben) },
      ["conversation.read", "message.delete"],
    ],
    [
      "the other of the two",
      ben,
      { ...direct, hidden: blocked(ann, ben) },
      ["conversation.read", "message.delete"],
    ],
    [
      "one in a group with a block",
      ann,
      { hidden: blocked(ann, ben) },
      deeds.filter((revocation) => revocation !== "message.deleteOthers"),
    ],
    [
      "one of two who muted the other",
      ann,
      { ...direct, hidden: muted(ann, ben) },
      deeds.filter((revocation) => revocation !== "message.deleteOthers"),
    ],
  ] as [string, string, Partial<ConversationSnapshot>, Revocation[]][])(
    "%s",
    (_, userId, roster, allowed) => {
      const { roster: known } = rig(roster).talk;
      expect(deeds.filter((revocation) => known.refusal(userId, revocation) === null)).toEqual(allowed);
    },
  );
});

describe("counting", () => {
  test("is caught up after a crash: nothing twice, nothing forgotten", () => {
    const { talk, say, reborn } = rig();
    say(ann, "1");
    say(ann, "2");
    talk.numbers.persist(talk.messages.head);
    say(ann, "3");
    say(ben, "4");
    say(ann, "5");
    const { numbers } = reborn();
    expect(numbers.get(ben)).toMatchObject({ unread: 1, readSeq: 4 });
    expect(numbers.get(ann)).toMatchObject({ unread: 0, readSeq: 5 });
    expect(numbers.owed().sort()).toEqual([ann, ben]);
    expect(reborn().numbers.get(ben)).toMatchObject({ unread: 1 });
  });

  test("leaves out what was deleted before it was read, and what comes before the place", () => {
    const { talk, say } = rig();
    for (const body of ["1", "2", "3", "4"]) say(ann, body);
    talk.change(ann, { type: "message.delete", ref: "r", seq: 3 });
    expect(talk.numbers.get(ben)?.unread).toBe(3);
    expect(talk.read(ben, 2)).toBe(true);
    expect(talk.numbers.get(ben)?.unread).toBe(1);
    expect([talk.read(ben, 1), talk.deliver(ben, 2)]).toEqual([false, false]);
    talk.read(ben, 99);
    expect(talk.numbers.get(ben)).toMatchObject({ unread: 0, readSeq: 4, deliveredSeq: 4 });
  });

  test("starts anew for somebody who comes back", () => {
    const { talk, say } = rig();
    say(ann, "while here");
    talk.takeRoster(snapshot({ version: 2, participants: [person(ann)] }), id(1));
    say(ann, "while away");
    expect(talk.numbers.get(ben)).toMatchObject({ isOut: true });
    talk.takeRoster(
      snapshot({ version: 3, participants: [person(ann), person(ben, { readSeq: 2 })] }),
      id(2),
    );
    expect(talk.numbers.get(ben)).toMatchObject({ isOut: false, unread: 0, readSeq: 2 });
  });
});

describe("a cause", () => {
  test("is told once, in its place, also when its roster is older than what is known", () => {
    const { talk, say } = rig();
    const renamed = cause("renamed", ann, "New");
    say(ann, "1");
    const first = talk.takeRoster(snapshot({ version: 2, cause: renamed }), id(50));
    expect(first.notice?.message).toMatchObject({ seq: 2, kind: "notice", senderId: ann, clientId: id(50) });
    expect(talk.takeRoster(snapshot({ version: 2, cause: renamed }), id(50))).toMatchObject({
      notice: null,
      isNewer: false,
    });
    expect(talk.takeRoster(snapshot({ version: 1, cause: renamed }), id(49)).notice?.message.seq).toBe(3);
    expect(talk.numbers.get(ben)?.unread).toBe(1);
  });
});

describe("what is kept", () => {
  test("forgets the words of what Postgres has, never who sent them under which id", async () => {
    const { talk, say, deps } = rig();
    const total = TAIL_KEPT + 200;
    for (let n = 1; n <= total; n++) say(ann, `${n}`, id(10_000 + n));
    expect(talk.messages.backlog).toBe(total);
    const kept = new Map<number, StoredMessage>();
    const drain = new Drain(
      talk,
      () =>
        storing((messages) => {
          for (const each of messages) kept.set(each.seq, each);
        }),
      deps.now,
    );
    expect(await drain.run()).toBe(true);
    expect(kept.size).toBe(total);
    expect(drain.isDirty).toBe(false);
    expect(talk.messages.at(1)).toBeNull();
    expect(talk.messages.before(total + 1, 50)).toMatchObject({ isWhole: true });
    expect(talk.messages.before(201, 50)).toEqual({ messages: [], isWhole: false });
    expect(say(ann, "1", id(10_001))).toMatchObject({ ok: true, message: null, ack: { seq: 1 } });
    expect(say(ann, "other", id(10_001))).toMatchObject({ ok: false, code: "CONFLICT" });
    expect(talk.change(ann, { type: "message.delete", ref: "r", seq: 1 })).toBeNull();
    talk.messages.keep([fromStored(id(99), stored(1))]);
    expect(talk.change(ann, { type: "message.delete", ref: "r", seq: 1 })).toMatchObject({
      message: { seq: 1, version: 2, isDeleted: true },
    });
    await drain.run();
    expect(kept.get(1)).toMatchObject({ isDeleted: true, body: "" });
  });

  test("knows again what an earlier version wrote down, whose fingerprints were others", () => {
    const { talk, say, sql } = rig();
    say(ann, "words", id(10_001));
    sql.exec("update messages set digest = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    expect(say(ann, "words", id(10_001))).toMatchObject({ ok: true, message: null });
    expect(talk.messages.head).toBe(1);
  });

  test("is handed over again when it changed on its way", async () => {
    const { talk, say, deps } = rig();
    say(ann, "first");
    const versions: number[] = [];
    const drain = new Drain(
      talk,
      () =>
        storing((messages) => {
          versions.push(...messages.map(({ version }) => version));
          if (versions.length === 1)
            talk.change(ann, { type: "message.edit", ref: "r", seq: 1, body: "second" });
        }),
      deps.now,
    );
    await drain.run();
    expect(drain.isDirty).toBe(true);
    await drain.run();
    expect(versions).toEqual([1, 2]);
    expect(drain.isDirty).toBe(false);
  });

  test("goes in batches, and waits longer each time Postgres is away", async () => {
    const { talk, say, clock, deps } = rig();
    for (let n = 0; n < DRAIN_BATCH_MESSAGES + 1; n++) say(ann, "x");
    let isAway = true;
    const batches: number[] = [];
    const drain = new Drain(
      talk,
      () =>
        storing((messages) => {
          if (isAway) throw new DatabaseUnavailable(new Error("away"));
          batches.push(messages.length);
        }),
      deps.now,
    );
    expect(drain.waitMs(true, 1)).toBe(DRAIN_AFTER_MS);
    const waits: number[] = [];
    for (let n = 0; n < 6; n++) {
      expect(await drain.run()).toBe(false);
      waits.push(drain.waitMs(true, 1));
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, DRAIN_RETRY_MAX_MS, DRAIN_RETRY_MAX_MS]);
    isAway = false;
    expect(await drain.run()).toBe(true);
    expect(batches.reduce((sum, n) => sum + n)).toBe(DRAIN_BATCH_MESSAGES + 1);
    // Small ones first: weight may have been what kept them from arriving.
    expect(batches[0]).toBeLessThan(DRAIN_BATCH_MESSAGES);
    expect(drain.waitMs(true, 1)).toBe(DRAIN_EVERY_MS);
    clock.ms += DRAIN_EVERY_MS;
    expect(drain.waitMs(true, 1)).toBe(DRAIN_AFTER_MS);
  });

  test("is the same after the way to Postgres and back", () => {
    const message = stored(4, { reactions: { "👍": [ben], "🎉": [ann, ben] }, replyTo: 2, version: 3 });
    expect(toStored(fromStored(id(99), message))).toEqual(message);
  });
});

describe("revs", () => {
  test("never go back, not even with the clock", () => {
    const { talk, clock, reborn } = rig();
    talk.numbers.owe(ben, clock.ms);
    const before = talk.numbers.get(ben)?.rev ?? 0;
    talk.numbers.persistRevs(talk.messages.head);
    const { numbers } = reborn();
    numbers.owe(ben, clock.ms - 60_000);
    expect(numbers.get(ben)?.rev).toBeGreaterThan(before);
  });

  test("of a reading are told when it is written down: a crash brings no badge back that was read away", () => {
    const { talk, say, clock, reborn } = rig();
    say(ann, "words");
    talk.numbers.owe(ben, clock.ms);
    talk.numbers.persistRevs(talk.messages.head);
    talk.read(ben, 1);
    talk.numbers.owe(ben, clock.ms);
    talk.numbers.persistRevs(talk.messages.head);
    expect(reborn().numbers.get(ben)).toMatchObject({ unread: 0, readSeq: 1 });
  });

  test("that were told without being written down are not given again", () => {
    const { talk, clock, reborn } = rig();
    for (let n = 0; n < 12_345; n++) {
      talk.numbers.owe(ben, clock.ms);
      talk.numbers.persistRevs(talk.messages.head);
    }
    const told = talk.numbers.get(ben)?.rev ?? 0;
    const { numbers } = reborn();
    numbers.owe(ben, clock.ms - 60_000);
    expect(numbers.get(ben)?.rev).toBeGreaterThan(told);
  });
});

describe("what a viewer is shown", () => {
  const people = {
    participants: [person(ann), person(ben, { readSeq: 1, readAt: "2026-11-20T10:01:00.000Z" }), person(cay)],
  };

  test("of hidden people in a group: a place, and a preview without words", () => {
    const { talk, say } = rig({ ...people, hidden: blocked(ann, ben) });
    say(ann, "words");
    const { last, roster } = talk;
    if (!last) throw new Error("nothing said");
    expect(messageFor(last, roster, ben)).toMatchObject({ body: "", isHidden: true, senderId: ann });
    expect(messageFor(last, roster, cay)).toBe(last);
    expect(lastMessageFor(last, roster, ben).preview).toBe("");
  });

  test("in a direct conversation: everything that was said", () => {
    const { talk, say } = rig({
      kind: "direct",
      hidden: muted(ben, ann),
    });
    say(ann, "words");
    expect(talk.last && lastMessageFor(talk.last, talk.roster, ben).preview).toBe("words");
  });

  test("of somebody's reading: nothing across a block, nothing one does not give oneself", () => {
    const readOf = (more: Partial<ConversationSnapshot>, viewerId: string) => {
      const { talk } = rig({ ...people, lastSeq: 1, ...more }, [stored(1)]);
      const viewer = talk.roster.people.get(viewerId);
      if (!viewer) throw new Error("not here");
      return conversationFor(talk.roster, talk.numbers, viewer).participants.find((p) => p.id === ben)
        ?.readSeq;
    };
    expect(readOf({}, ann)).toBe(1);
    expect(readOf({ hidden: blocked(ann, ben) }, ann)).toBeNull();
    expect(readOf({ hidden: blocked(ann, ben) }, cay)).toBe(1);
    const shy = { participants: [person(ann, { sharesReceipts: false }), person(ben, { readSeq: 1 })] };
    expect([readOf(shy, ann), readOf(shy, ben)]).toEqual([null, 1]);
  });

  test("as a preview is on one line and short, characters whole", () => {
    const { talk, say } = rig();
    say(ann, `a\n\n b ${"👍🏽".repeat(200)}`);
    const preview = talk.last && lastMessageFor(talk.last, talk.roster, ben).preview;
    expect(preview?.startsWith("a b 👍🏽")).toBe(true);
    expect([...(preview ?? "")]).toHaveLength(140);
  });
});

test("typing is told at once, then now and then while it goes on", () => {
  const typing = new Typing();
  expect([0, 500, 1_999, 2_000, 2_500].map((ms) => typing.start(ann, ms))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
  typing.stop(ann);
  expect(typing.start(ann, 2_600)).toBe(true);
});

test("typing ends a while after its last sign of life", () => {
  const typing = new Typing();
  typing.start(ann, 0);
  typing.start(ben, 1_000);
  typing.start(ann, 2_000);
  expect(typing.nextAt).toBe(6_000);
  expect([typing.expire(5_999), typing.expire(6_000), typing.expire(9_000)]).toEqual([[], [ben], [ann]]);
  expect([typing.nextAt, typing.stop(ann)]).toEqual([null, false]);
});
