// The pure rules of the rooms: collapse keys, merged changes, token buckets, frames, and the outbox.
import { describe, expect, test } from "vitest";
import { groupByRoom } from "../../outbox/deliver.ts";
import { DRAIN_BATCH_ROWS, DRAIN_MAX_BATCHES, drain } from "../../outbox/drain.ts";
import type { OutboxRow } from "../../outbox/rows.ts";
import { type CommandSchema, commandSchema } from "../../protocol/commands.ts";
import { conversationCommandSchema } from "../../protocol/conversation-commands.ts";
import { COMMANDS_PER_SECOND_SERVER_MAX } from "../../protocol/limits.ts";
import type { PostChange } from "../../protocol/post-events.ts";
import { type UserCommand, userCommandSchema } from "../../protocol/user-commands.ts";
import type { UserEvent } from "../../protocol/user-events.ts";
import {
  FLUSH_EVERY_MS,
  mergeChanges,
  redactDeleted,
  waitBeforeFlush,
  withoutHidden,
} from "../post/post-changes.ts";
import { collapseOf } from "../user/collapse.ts";
import { COMMAND_COSTS, FRAME_MAX_BYTES, FrameGate } from "./frame-gate.ts";
import { TokenBucket } from "./token-bucket.ts";

const at = "2026-11-20T10:00:00.000Z";
const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

const counted = (post: number, version: number): PostChange => ({
  type: "post.counted",
  data: { id: id(post), counts: { upvotes: 0, downvotes: 0, score: 0, comments: 0, answers: 0, version } },
});
const created = (comment: number, author: number): PostChange => ({
  type: "comment.created",
  data: {
    id: id(comment),
    postId: id(0),
    parentId: null,
    depth: 0,
    clientId: null,
    body: "words",
    author: { id: id(author), handle: "someone", name: "Some One" },
    createdAt: at,
    deletedAt: null,
    counts: { upvotes: 0, downvotes: 0, score: 0, replies: 0, version: 1 },
    viewer: null,
  },
});
const deleted = (comment: number): PostChange => ({
  type: "comment.deleted",
  data: { id: id(comment), deletedAt: at },
});

describe("collapseOf", () => {
  const unread = (version: number, read: { all: true } | null): UserEvent => ({
    type: "unread.changed",
    data: { unread: 3, version, read },
  });

  test("orders counts by version, as numbers", () => {
    const [nine, ten] = [unread(9, null), unread(10, null)].map((event) => collapseOf(event, "row"));
    expect(nine?.key).toBe(ten?.key);
    expect((nine?.order ?? "") < (ten?.order ?? "")).toBe(true);
  });

  test("gives no key to an event that names what was read", () => {
    expect(collapseOf(unread(9, { all: true }), "row")).toBeNull();
  });

  test("orders member states by revision, and gives no key to a left conversation", () => {
    const memberStateEvent = (rev: number): UserEvent => ({
      type: "conversation.touched",
      data: {
        conversation: {
          id: id(1),
          rev,
          lastSeq: 0,
          lastMessage: null,
          readSeq: 0,
          unread: 0,
          version: 1,
          state: "accepted",
          isMuted: false,
        },
        totals: { unread: 0, requests: 0, version: 1 },
      },
    });
    const [older, newer] = [memberStateEvent(999), memberStateEvent(1_000)].map((event) =>
      collapseOf(event, "row"),
    );
    expect(older?.key).toBe(newer?.key);
    expect((older?.order ?? "") < (newer?.order ?? "")).toBe(true);
    const left: UserEvent = {
      type: "conversation.left",
      data: { id: id(1), totals: { unread: 0, requests: 0, version: 1 } },
    };
    expect(collapseOf(left, "row")).toBeNull();
  });

  test("gives different things different keys", () => {
    const vote = (target: "post" | "comment", n: number): UserEvent => ({
      type: "vote.changed",
      data: { target, id: id(n), value: 1 },
    });
    const keys = [vote("post", 1), vote("post", 2), vote("comment", 1)].map(
      (event) => collapseOf(event, "r")?.key,
    );
    expect(new Set(keys).size).toBe(3);
  });
});

describe("mergeChanges", () => {
  test("keeps the newest version of several counts, also when it came first", () => {
    expect(mergeChanges([counted(1, 2), counted(1, 3), counted(1, 1), counted(2, 1)])).toEqual([
      counted(1, 3),
      counted(2, 1),
    ]);
  });

  test("keeps everything else, in order", () => {
    const changes = [created(1, 1), counted(1, 1), created(2, 1), deleted(1), counted(1, 2)];
    expect(mergeChanges(changes)).toEqual([created(1, 1), created(2, 1), deleted(1), counted(1, 2)]);
  });

  test("keeps one of two equal versions", () => {
    expect(mergeChanges([counted(1, 1), counted(1, 1)])).toHaveLength(1);
  });
});

test("redactDeleted leaves a deleted comment its place, and nothing of its words", () => {
  const [redacted, kept] = redactDeleted([created(1, 1), created(2, 1)], (comment) =>
    comment === id(1) ? at : null,
  );
  expect(redacted?.data).toMatchObject({ id: id(1), body: null, author: null, deletedAt: at });
  expect(kept).toEqual(created(2, 1));
});

test("redactDeleted leaves nothing of a deleted answer, in whatever order the two are received", () => {
  const answered = (answer: number): PostChange => ({
    type: "answer.created",
    data: {
      id: id(answer),
      kind: "answer",
      title: null,
      body: "words",
      question: { id: id(0), title: "A question?" },
      author: { id: id(9), handle: "someone", name: "Some One" },
      createdAt: at,
      counts: { upvotes: 0, downvotes: 0, score: 0, comments: 0, answers: 0, version: 0 },
      viewer: null,
    },
  });
  const left = redactDeleted([answered(1), answered(2)], (answer) => (answer === id(1) ? at : null));
  expect(left).toEqual([answered(2)]);
});

test("withoutHidden leaves out words of hidden people, never counts or deletions", () => {
  const changes = [created(1, 7), created(2, 8), counted(1, 1), deleted(1)];
  expect(withoutHidden(changes, new Set([id(7)]))).toEqual(changes.slice(1));
});

test("an idle room sends at once; a busy one waits until its last frame is old enough", () => {
  expect(waitBeforeFlush(null, 5)).toBe(0);
  expect(waitBeforeFlush(1_000, 1_000)).toBe(FLUSH_EVERY_MS);
  expect(waitBeforeFlush(1_000, 1_000 + FLUSH_EVERY_MS - 1)).toBe(1);
  expect(waitBeforeFlush(1_000, 1_000 + FLUSH_EVERY_MS)).toBe(0);
});

describe("TokenBucket", () => {
  test("slows down a caller that is too fast, but never blocks it", () => {
    let now = 0;
    const bucket = new TokenBucket(20, 20, () => now);
    let taken = 0;
    for (; now < 60_000; now += 1_000 / 30) if (bucket.tryTake("me", 1)) taken += 1;
    expect(taken).toBeGreaterThanOrEqual(20 * 60 - 1);
    expect(taken).toBeLessThanOrEqual(20 * 61);
    expect(bucket.tryTake("other", 20)).toBe(true);
  });
});

describe("FrameGate", () => {
  const head = '{"type":"head"}';
  const resume = '{"type":"resume","epoch":"e","seq":1}';

  test("gives each socket its tokens, and refills them with time", () => {
    let now = 0;
    const gate = new FrameGate(() => now, commandSchema);
    const take = (socket: string, frame = head) => gate.admit(socket, frame).kind;
    for (let n = 0; n < COMMANDS_PER_SECOND_SERVER_MAX; n++) expect(take("a")).toBe("command");
    expect([take("a"), take("b")]).toEqual(["refused", "command"]);
    now += 1_000 / COMMANDS_PER_SECOND_SERVER_MAX;
    expect([take("a"), take("a")]).toEqual(["command", "refused"]);
    now += 60_000;
    for (let n = 0; n < COMMANDS_PER_SECOND_SERVER_MAX; n++) expect(take("a")).toBe("command");
    expect(take("a")).toBe("refused");
  });

  test.each([
    ["a resume", resume],
    ["a watch", '{"type":"presence.watch","ids":[]}'],
  ])("takes the cost of %s", (_, frame) => {
    const gate = new FrameGate(() => 0, userCommandSchema as unknown as CommandSchema<UserCommand>);
    const affordable = Math.floor(
      COMMANDS_PER_SECOND_SERVER_MAX / (COMMAND_COSTS[JSON.parse(frame).type] ?? 1),
    );
    const kinds = Array.from({ length: affordable + 1 }, () => gate.admit("a", frame).kind);
    expect(affordable).toBeLessThan(COMMANDS_PER_SECOND_SERVER_MAX);
    expect(kinds.filter((kind) => kind === "command")).toHaveLength(affordable);
    expect(kinds.at(-1)).toBe("refused");
  });

  test("refuses a frame that is too long without parsing it", () => {
    const gate = new FrameGate(() => 0, commandSchema);
    const padded = head.padEnd(FRAME_MAX_BYTES, " ");
    expect(gate.admit("a", padded).kind).toBe("command");
    expect(gate.admit("a", `${padded} `)).toMatchObject({ code: "FRAME_TOO_LARGE", close: 1009 });
    expect(gate.admit("a", new ArrayBuffer(FRAME_MAX_BYTES + 1))).toMatchObject({ code: "FRAME_TOO_LARGE" });
  });

  test("accepts the commands of its room only, and refers to the refused command", () => {
    const gate = new FrameGate(() => 0, conversationCommandSchema);
    expect(gate.admit("a", '{"type":"typing.start"}')).toMatchObject({ command: { type: "typing.start" } });
    expect(gate.admit("a", head)).toMatchObject({ kind: "command" });
    expect(gate.admit("a", '{"type":"message.delete","ref":"r1","seq":0}')).toMatchObject({
      code: "MALFORMED_FRAME",
      ref: "r1",
    });
    const other = new FrameGate(() => 0, commandSchema);
    expect(other.admit("a", '{"type":"typing.start"}')).toMatchObject({ code: "UNKNOWN_COMMAND" });
  });

  test("loses no tokens when the clock is set back", () => {
    let now = 10_000;
    const gate = new FrameGate(() => now, commandSchema);
    gate.admit("a", head);
    now = 0;
    expect(gate.admit("a", head).kind).toBe("command");
  });
});

const row = (n: number, topic: string): OutboxRow => ({
  id: id(n),
  topic,
  type: "x.y",
  data: {},
  createdAt: at,
});

test("groupByRoom keeps the order of each topic and separates rows without a room", () => {
  const rows = [row(1, `user:${id(1)}`), row(2, `post:${id(2)}`), row(3, `user:${id(1)}`)];
  const strange = ["user:", "user:me", `admin:${id(1)}`, `user:${id(1)}:x`, `post:${id(2)}\n`, "__proto__:x"];
  const { groups, unroutable } = groupByRoom([...rows, ...strange.map((topic, at) => row(10 + at, topic))]);
  expect(
    groups.map(({ address: { room, name }, rows }) => [room, name, rows.map((each) => each.id)]),
  ).toEqual([
    ["UserRoom", id(1), [id(1), id(3)]],
    ["PostRoom", id(2), [id(2)]],
  ]);
  expect(unroutable).toHaveLength(strange.length);
});

describe("drain", () => {
  test("takes batch after batch until one is not full, with an upper limit", async () => {
    let left = DRAIN_BATCH_ROWS * 2 + 1;
    const store = {
      claim: async (limit: number) => {
        const rows = Array.from({ length: Math.min(limit, left) }, (_, n) => row(n, `user:${id(1)}`));
        left -= rows.length;
        return rows;
      },
      delete: async () => {},
      fail: async () => {},
      countWaiting: async () => left,
    };
    const all = async (rows: OutboxRow[]) => ({ delivered: rows.map((each) => each.id), failed: [] });
    expect(await drain(store, all)).toEqual({ delivered: DRAIN_BATCH_ROWS * 2 + 1, failed: 0, waiting: 0 });
    left = Number.MAX_SAFE_INTEGER;
    expect((await drain(store, all)).delivered).toBe(DRAIN_BATCH_ROWS * DRAIN_MAX_BATCHES);
  });
});
