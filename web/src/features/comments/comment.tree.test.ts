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
const drawn = (comments: LocalComment[], collapsed: string[] = []) =>
  toRows(buildTree(comments), new Set(collapsed)).map(
    (row) => `${"-".repeat(row.above.length)}${row.comment.id}`,
  );

describe("a comment tree", () => {
  it("nests replies under their parents, oldest first, whatever the order of arrival", () => {
    const expected = ["a", "-a1", "--a1x", "-a2", "b"];
    expect(drawn(thread)).toEqual(expected);
    expect(drawn([...thread].reverse())).toEqual(expected);
  });

  it("draws a comment once although it came by an event and by a page", () => {
    expect(drawn([...thread, comment("a2", "a", 4)])).toEqual(["a", "-a1", "--a1x", "-a2", "b"]);
  });

  it("hides what is below a collapsed comment and says how much it is", () => {
    expect(drawn(thread, ["a"])).toEqual(["a", "b"]);
    expect(toRows(buildTree(thread), new Set(["a"]))[0]?.below).toBe(3);
  });

  it("lets a reply wait while its parent is not loaded", () => {
    expect(drawn([comment("b", null, 2), comment("a1", "a", 3)])).toEqual(["b"]);
  });

  it("puts what is still on its way last among its siblings", () => {
    const pending: LocalComment = { ...comment("new", "a", 0), local: { state: "sending" } };
    expect(drawn([...thread, pending])).toEqual(["a", "-a1", "--a1x", "-a2", "-new", "b"]);
  });

  it("names what must be open to see a comment, and never loops", () => {
    expect(ancestorsOf(thread, "a1x")).toEqual(["a1", "a"]);
    expect(ancestorsOf([comment("x", "y", 1), comment("y", "x", 2)], "x")).toEqual(["y", "x"]);
  });
});
