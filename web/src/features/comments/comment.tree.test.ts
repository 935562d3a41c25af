import { describe, expect, it } from "vitest";
import { ancestorsOf, buildTree, type LocalComment, toRows } from "./comment.tree.ts";

const comment = (id: string, parentId: string | null, minute: number): LocalComment => ({
  id,
  postId: "p",
  parentId,
  depth: 0,
  clientId: null,
  body: id,
  author: null,
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  deletedAt: null,
  counts: { upvotes: 0, downvotes: 0, score: 0, replies: 0, version: 1 },
  viewer: null,
});

const thread = [
  comment("a", null, 1),
  comment("a1", "a", 3),
  comment("a1x", "a1", 5),
  comment("a2", "a", 4),
  comment("b", null, 2),
];
const rowsOf = (comments: LocalComment[], collapsed: string[] = []) =>
  toRows(buildTree(comments), new Set(collapsed)).map(
    (row) => `${"-".repeat(row.above.length)}${row.comment.id}`,
  );

describe("a comment tree", () => {
  it("nests replies under their parents, oldest first, for any order of arrival", () => {
    const expected = ["a", "-a1", "--a1x", "-a2", "b"];
    expect(rowsOf(thread)).toEqual(expected);
    expect(rowsOf([...thread].reverse())).toEqual(expected);
  });

  it("has one row for a comment that came from an event and from a page", () => {
    expect(rowsOf([...thread, comment("a2", "a", 4)])).toEqual(["a", "-a1", "--a1x", "-a2", "b"]);
  });

  it("hides the comments below a collapsed one and counts them", () => {
    expect(rowsOf(thread, ["a"])).toEqual(["a", "b"]);
    expect(toRows(buildTree(thread), new Set(["a"]))[0]?.below).toBe(3);
  });

  it("leaves a reply out while its parent is not loaded", () => {
    expect(rowsOf([comment("b", null, 2), comment("a1", "a", 3)])).toEqual(["b"]);
  });

  it("puts an unconfirmed comment last among its siblings", () => {
    const pending: LocalComment = { ...comment("new", "a", 0), local: { state: "sending" } };
    expect(rowsOf([...thread, pending])).toEqual(["a", "-a1", "--a1x", "-a2", "-new", "b"]);
  });

  it("lists the ancestors of a comment and ends on a cycle", () => {
    expect(ancestorsOf(thread, "a1x")).toEqual(["a1", "a"]);
    expect(ancestorsOf([comment("x", "y", 1), comment("y", "x", 2)], "x")).toEqual(["y", "x"]);
  });
});
