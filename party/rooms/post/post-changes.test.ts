// How the changes of a post are merged and redacted.
import { describe, expect, test } from "vitest";
import type { PostChange } from "../../protocol/post-events.ts";
import {
  FLUSH_EVERY_MS,
  mergeChanges,
  redactDeleted,
  waitBeforeFlush,
  withoutHidden,
} from "./post-changes.ts";

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

describe("mergeChanges", () => {
  test("keeps the newest version of several counts, also when it is not the last", () => {
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

test("redactDeleted removes the text and author of a deleted comment, and keeps the comment", () => {
  const [redacted, kept] = redactDeleted([created(1, 1), created(2, 1)], (comment) =>
    comment === id(1) ? at : null,
  );
  expect(redacted?.data).toMatchObject({ id: id(1), body: null, author: null, deletedAt: at });
  expect(kept).toEqual(created(2, 1));
});

test("redactDeleted removes a deleted answer", () => {
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

test("withoutHidden removes comments of hidden authors, never counts or deletions", () => {
  const changes = [created(1, 7), created(2, 8), counted(1, 1), deleted(1)];
  expect(withoutHidden(changes, new Set([id(7)]))).toEqual(changes.slice(1));
});

test("the first frame is sent at once; the next one waits until the interval has passed", () => {
  expect(waitBeforeFlush(null, 5)).toBe(0);
  expect(waitBeforeFlush(1_000, 1_000)).toBe(FLUSH_EVERY_MS);
  expect(waitBeforeFlush(1_000, 1_000 + FLUSH_EVERY_MS - 1)).toBe(1);
  expect(waitBeforeFlush(1_000, 1_000 + FLUSH_EVERY_MS)).toBe(0);
});
