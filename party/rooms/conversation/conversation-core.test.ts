// Holds R2, R3 and the rules of conversations, without a room.
import { describe, expect, test } from "vitest";
import { DatabaseUnavailable } from "../../../db/client/errors.ts";
import type { ConversationSnapshot, StoredMessage } from "../../outbox/conversation-snapshot.ts";
import type { ChangeCommand } from "../../rpc.ts";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { blocked, cause, member, muted, snapshot as rosterOf } from "../../testing/roster-fixtures.ts";
import {
  ARCHIVE_AFTER_MS,
  ARCHIVE_BATCH_MESSAGES,
  ARCHIVE_EVERY_MS,
  ARCHIVE_RETRY_MAX_MS,
  Archive,
} from "./archive.ts";
import type { ArchiveStore } from "./archive-store.ts";
import { ConversationCore, type Outcome } from "./conversation-core.ts";
import { ARCHIVED_MESSAGES_KEPT } from "./messages.ts";
import { conversationFor, lastMessageFor, redactMessage } from "./redaction.ts";
import type { Permission } from "./roster.ts";
import { fromStored, toStored } from "./stored-message.ts";
import { Typing } from "./typing.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const [ann, ben, cay] = [id(1), id(2), id(3)] as const;

const snapshot = (more: Partial<ConversationSnapshot> = {}) =>
  rosterOf(id(99), [member(ann), member(ben)], more);

function fixture(more: Partial<ConversationSnapshot> = {}, tail: StoredMessage[] = []) {
  const sql = memorySql();
  const clock = { ms: Date.parse("2026-11-20T12:00:00.000Z") };
  let ids = 1_000;
  const deps = { now: () => clock.ms, newId: () => id(++ids) };
  const unlimited = { burst: Number.POSITIVE_INFINITY };
  const core = new ConversationCore(sql, deps, unlimited);
  core.start(snapshot(more), tail);
  const send = (userId: string, body: string, clientId = id(++ids)) =>
    core.apply({ type: "message.send", userId, clientId, body });
  const change = (userId: string, command: ChangeCommand) => core.apply({ ...command, userId });
  /** Moves the read pointer. False when it was there already. */
  const read = (userId: string, seq: number) =>
    core.apply({ type: "receipt.read", userId, seq }).dirty.memberStates === "own";
  const deliver = (userId: string, seq: number) =>
    core.apply({ type: "receipt.delivered", userId, seq }).dirty.receipts;
  const takeRoster = (roster: ConversationSnapshot, rowId: string) =>
    core.apply({ type: "roster.snapshot", snapshot: roster, rowId });
  const archiveTo = (store: (messages: StoredMessage[]) => void) =>
    new Archive(core, () => storing(store), { now: deps.now, scheduler: fakeScheduler().scheduler });
  /** The same storage after a crash. */
  const restarted = () => new ConversationCore(sql, deps, unlimited);
  return { sql, clock, deps, core, send, change, read, deliver, takeRoster, archiveTo, restarted };
}

/** The message of the notice that a roster has caused. */
const noticeOf = ({ events }: Outcome) =>
  events.flatMap((event) => (event.type === "message.created" ? event.message : []))[0] ?? null;

/** A Postgres that takes what it is given, or throws. */
const storing = (store: (messages: StoredMessage[]) => void): ArchiveStore => ({
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

describe("permissions", () => {
  const permissions: Permission[] = [
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
    ["a member", ann, {}, permissions.filter((permission) => permission !== "message.deleteOthers")],
    ["an admin", ann, { participants: [member(ann, { role: "admin" })] }, permissions],
    [
      "one who was asked",
      ben,
      { participants: [member(ben, { state: "requested" })] },
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
      permissions.filter((permission) => permission !== "message.deleteOthers"),
    ],
    [
      "one of two who muted the other",
      ann,
      { ...direct, hidden: muted(ann, ben) },
      permissions.filter((permission) => permission !== "message.deleteOthers"),
    ],
  ] as [string, string, Partial<ConversationSnapshot>, Permission[]][])(
    "%s",
    (_, userId, roster, allowed) => {
      const { roster: known } = fixture(roster).core;
      expect(permissions.filter((permission) => known.refusal(userId, permission) === null)).toEqual(allowed);
    },
  );
});

describe("unread counts", () => {
  test("are complete after a crash: no message is counted twice or left out", () => {
    const { core, send, restarted } = fixture();
    send(ann, "1");
    send(ann, "2");
    core.states.flush(core.messages.head);
    send(ann, "3");
    send(ben, "4");
    send(ann, "5");
    const { states } = restarted();
    expect(states.get(ben)).toMatchObject({ unread: 1, readSeq: 4 });
    expect(states.get(ann)).toMatchObject({ unread: 0, readSeq: 5 });
    expect(states.unacknowledged().sort()).toEqual([ann, ben]);
    expect(restarted().states.get(ben)).toMatchObject({ unread: 1 });
  });

  test("leave out messages that were deleted before they were read, and those up to the read pointer", () => {
    const { core, send, change, read, deliver } = fixture();
    for (const body of ["1", "2", "3", "4"]) send(ann, body);
    change(ann, { type: "message.delete", ref: "r", seq: 3 });
    expect(core.states.get(ben)?.unread).toBe(3);
    expect(read(ben, 2)).toBe(true);
    expect(core.states.get(ben)?.unread).toBe(1);
    expect([read(ben, 1), deliver(ben, 2)]).toEqual([false, false]);
    read(ben, 99);
    expect(core.states.get(ben)).toMatchObject({ unread: 0, readSeq: 4, deliveredSeq: 4 });
  });

  test("start again for a member who left and came back", () => {
    const { core, send, takeRoster } = fixture();
    send(ann, "while a member");
    takeRoster(snapshot({ version: 2, participants: [member(ann)] }), id(1));
    send(ann, "while away");
    expect(core.states.get(ben)).toMatchObject({ hasLeft: true });
    takeRoster(snapshot({ version: 3, participants: [member(ann), member(ben, { readSeq: 2 })] }), id(2));
    expect(core.states.get(ben)).toMatchObject({ hasLeft: false, unread: 0, readSeq: 2 });
  });
});

describe("a notice", () => {
  test("is appended once, also when its roster is older than the present one", () => {
    const { core, send, takeRoster } = fixture();
    const renamed = cause("renamed", ann, "New");
    send(ann, "1");
    const first = takeRoster(snapshot({ version: 2, cause: renamed }), id(50));
    expect(noticeOf(first)).toMatchObject({ seq: 2, kind: "notice", senderId: ann, clientId: id(50) });
    expect(takeRoster(snapshot({ version: 2, cause: renamed }), id(50))).toMatchObject({
      events: [],
      dirty: { archive: null, memberStates: null },
    });
    expect(noticeOf(takeRoster(snapshot({ version: 1, cause: renamed }), id(49)))?.seq).toBe(3);
    expect(core.states.get(ben)?.unread).toBe(1);
  });
});

describe("a command", () => {
  test("says what has to be flushed: a message everything, a delivery pointers and receipts, a read one's own state", () => {
    const { core, send, change } = fixture();
    expect(send(ann, "1").dirty).toMatchObject({ archive: "messages", memberStates: "all", isUrgent: false });
    expect(core.apply({ type: "receipt.delivered", userId: ben, seq: 1 }).dirty).toMatchObject({
      archive: "pointers",
      memberStates: null,
      receipts: true,
    });
    expect(core.apply({ type: "receipt.read", userId: ben, seq: 1 }).dirty).toMatchObject({
      archive: "pointers",
      memberStates: "own",
      receipts: true,
    });
    const edit = change(ann, { type: "message.edit", ref: "r", seq: 1, body: "one" });
    expect(edit).toMatchObject({ events: [{ type: "message.changed" }], dirty: { isUrgent: true } });
    const reaction = change(ben, { type: "message.react", ref: "r", seq: 1, emoji: "👍", isOn: true });
    expect(reaction.dirty).toMatchObject({ archive: "messages", memberStates: null });
    expect(core.apply({ type: "typing.start", userId: ann })).toMatchObject({
      typing: { userId: ann, isTyping: true },
      dirty: { typing: true, archive: null },
    });
    expect(send(ann, "2").typing).toEqual({ userId: ann, isTyping: false });
  });

  test("beyond the rate is refused; a message that was sent before is still answered with its ack", () => {
    const { sql, deps } = fixture();
    const core = new ConversationCore(sql, deps, { burst: 2 });
    const send = (n: number) =>
      core.apply({ type: "message.send", userId: ann, clientId: id(10_000 + n), body: `${n}` }).reply;
    expect([send(1), send(2), send(3)]).toMatchObject([{ ok: true }, { ok: true }, { code: "RATE_LIMITED" }]);
    expect(send(1)).toMatchObject({ ok: true, ack: { seq: 1 } });
    expect(core.messages.head).toBe(2);
  });
});

describe("messages in the room", () => {
  test("lose their content once Postgres has them, and keep their sender and client id", async () => {
    const { core, send, change, archiveTo } = fixture();
    const total = ARCHIVED_MESSAGES_KEPT + 200;
    for (let n = 1; n <= total; n++) send(ann, `${n}`, id(10_000 + n));
    expect(core.messages.backlog).toBe(total);
    const kept = new Map<number, StoredMessage>();
    const archive = archiveTo((messages) => {
      for (const each of messages) kept.set(each.seq, each);
    });
    expect(await archive.flush()).toBe(true);
    expect(kept.size).toBe(total);
    expect(archive.isDirty).toBe(false);
    expect(core.messages.at(1)).toBeNull();
    expect(core.messages.before(total + 1, 50)).toMatchObject({ isWhole: true });
    expect(core.messages.before(201, 50)).toEqual({ messages: [], isWhole: false });
    expect(send(ann, "1", id(10_001))).toMatchObject({ reply: { ok: true, ack: { seq: 1 } }, events: [] });
    expect(send(ann, "other", id(10_001)).reply).toMatchObject({ ok: false, code: "CONFLICT" });
    expect(change(ann, { type: "message.delete", ref: "r", seq: 1 }).reply).toBeNull();
    core.messages.keep([fromStored(id(99), stored(1))]);
    expect(change(ann, { type: "message.delete", ref: "r", seq: 1 }).events).toMatchObject([
      { message: { seq: 1, version: 2, isDeleted: true } },
    ]);
    await archive.flush();
    expect(kept.get(1)).toMatchObject({ isDeleted: true, body: "" });
  });

  test("with a digest of an earlier version are recognised by their client id", () => {
    const { core, send, sql } = fixture();
    send(ann, "words", id(10_001));
    sql.exec("update messages set digest = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    expect(send(ann, "words", id(10_001))).toMatchObject({ reply: { ok: true }, events: [] });
    expect(core.messages.head).toBe(1);
  });

  test("are archived again when they change while they are archived", async () => {
    const { send, change, archiveTo } = fixture();
    send(ann, "first");
    const versions: number[] = [];
    const archive = archiveTo((messages) => {
      versions.push(...messages.map(({ version }) => version));
      if (versions.length === 1) change(ann, { type: "message.edit", ref: "r", seq: 1, body: "second" });
    });
    await archive.flush();
    expect(archive.isDirty).toBe(true);
    await archive.flush();
    expect(versions).toEqual([1, 2]);
    expect(archive.isDirty).toBe(false);
  });

  test("are archived in batches, with a longer wait after each failure", async () => {
    const { send, clock, archiveTo } = fixture();
    for (let n = 0; n < ARCHIVE_BATCH_MESSAGES + 1; n++) send(ann, "x");
    let isAway = true;
    const batches: number[] = [];
    const archive = archiveTo((messages) => {
      if (isAway) throw new DatabaseUnavailable(new Error("away"));
      batches.push(messages.length);
    });
    expect(archive.waitMs(true, 1)).toBe(ARCHIVE_AFTER_MS);
    const waits: number[] = [];
    for (let n = 0; n < 6; n++) {
      expect(await archive.flush()).toBe(false);
      waits.push(archive.waitMs(true, 1));
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, ARCHIVE_RETRY_MAX_MS, ARCHIVE_RETRY_MAX_MS]);
    isAway = false;
    expect(await archive.flush()).toBe(true);
    expect(batches.reduce((sum, n) => sum + n)).toBe(ARCHIVE_BATCH_MESSAGES + 1);
    // Small batches first: the failures may have come from their size.
    expect(batches[0]).toBeLessThan(ARCHIVE_BATCH_MESSAGES);
    expect(archive.waitMs(true, 1)).toBe(ARCHIVE_EVERY_MS);
    clock.ms += ARCHIVE_EVERY_MS;
    expect(archive.waitMs(true, 1)).toBe(ARCHIVE_AFTER_MS);
  });

  test("are the same after a way to Postgres and back", () => {
    const message = stored(4, { reactions: { "👍": [ben], "🎉": [ann, ben] }, replyTo: 2, version: 3 });
    expect(toStored(fromStored(id(99), message))).toEqual(message);
  });
});

describe("revisions", () => {
  test("never decrease, even if the clock is set back", () => {
    const { core, clock, restarted } = fixture();
    core.states.bumpRevision(ben, clock.ms);
    const before = core.states.get(ben)?.rev ?? 0;
    core.states.flushBeforeSending(core.messages.head);
    const { states } = restarted();
    states.bumpRevision(ben, clock.ms - 60_000);
    expect(states.get(ben)?.rev).toBeGreaterThan(before);
  });

  test("of a read pointer are sent after it is stored: a crash restores no unread count that was cleared", () => {
    const { core, send, clock, restarted } = fixture();
    send(ann, "words");
    core.states.bumpRevision(ben, clock.ms);
    core.states.flushBeforeSending(core.messages.head);
    core.apply({ type: "receipt.read", userId: ben, seq: 1 });
    core.states.bumpRevision(ben, clock.ms);
    core.states.flushBeforeSending(core.messages.head);
    expect(restarted().states.get(ben)).toMatchObject({ unread: 0, readSeq: 1 });
  });

  test("that were sent without being stored are not given again after a crash", () => {
    const { core, clock, restarted } = fixture();
    for (let n = 0; n < 12_345; n++) {
      core.states.bumpRevision(ben, clock.ms);
      core.states.flushBeforeSending(core.messages.head);
    }
    const revBefore = core.states.get(ben)?.rev ?? 0;
    const { states } = restarted();
    states.bumpRevision(ben, clock.ms - 60_000);
    expect(states.get(ben)?.rev).toBeGreaterThan(revBefore);
  });
});

describe("redaction", () => {
  const people = {
    participants: [member(ann), member(ben, { readSeq: 1, readAt: "2026-11-20T10:01:00.000Z" }), member(cay)],
  };

  test("removes the text of hidden people in a group, and their text from the preview", () => {
    const { core, send } = fixture({ ...people, hidden: blocked(ann, ben) });
    send(ann, "words");
    const { last, roster } = core;
    if (!last) throw new Error("no message");
    expect(redactMessage(last, roster, ben)).toMatchObject({ body: "", isHidden: true, senderId: ann });
    expect(redactMessage(last, roster, cay)).toBe(last);
    expect(lastMessageFor(last, roster, ben).preview).toBe("");
  });

  test("removes nothing in a direct conversation", () => {
    const { core, send } = fixture({
      kind: "direct",
      hidden: muted(ben, ann),
    });
    send(ann, "words");
    expect(core.last && lastMessageFor(core.last, core.roster, ben).preview).toBe("words");
  });

  test("removes read pointers across a block, and for a viewer who does not share their own", () => {
    const readOf = (more: Partial<ConversationSnapshot>, viewerId: string) => {
      const { core } = fixture({ ...people, lastSeq: 1, ...more }, [stored(1)]);
      const viewer = core.roster.members.get(viewerId);
      if (!viewer) throw new Error("not a member");
      return conversationFor(core.roster, core.states, viewer).participants.find((p) => p.id === ben)
        ?.readSeq;
    };
    expect(readOf({}, ann)).toBe(1);
    expect(readOf({ hidden: blocked(ann, ben) }, ann)).toBeNull();
    expect(readOf({ hidden: blocked(ann, ben) }, cay)).toBe(1);
    const shy = { participants: [member(ann, { sharesReceipts: false }), member(ben, { readSeq: 1 })] };
    expect([readOf(shy, ann), readOf(shy, ben)]).toEqual([null, 1]);
  });

  test("shortens a preview to one line, without splitting a character", () => {
    const { core, send } = fixture();
    send(ann, `a\n\n b ${"👍🏽".repeat(200)}`);
    const preview = core.last && lastMessageFor(core.last, core.roster, ben).preview;
    expect(preview?.startsWith("a b 👍🏽")).toBe(true);
    expect([...(preview ?? "")]).toHaveLength(140);
  });
});

test("a typing signal is published at once, and repeated rarely while the member goes on", () => {
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

test("typing expires a while after the last signal", () => {
  const typing = new Typing();
  typing.start(ann, 0);
  typing.start(ben, 1_000);
  typing.start(ann, 2_000);
  expect(typing.nextAt).toBe(6_000);
  expect([typing.expire(5_999), typing.expire(6_000), typing.expire(9_000)]).toEqual([[], [ben], [ann]]);
  expect([typing.nextAt, typing.stop(ann)]).toEqual([null, false]);
});
