import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BadCursor, cutPage, decodeCursor, encodeCursor, pathKey, scoreKey, timeKey } from "./cursor.ts";

const id = randomUUID();
const at = "2026-11-20 09:00:00.123456+00";

describe("a cursor", () => {
  test("decodes to the encoded key, with microseconds, and has only characters that need no URL encoding", () => {
    for (const [shape, key] of [
      [timeKey, [at, id]],
      [scoreKey, [-7, id]],
      [pathKey, ["0f".repeat(16)]],
    ] as const) {
      const cursor = encodeCursor("a list", key);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(decodeCursor<unknown>("a list", shape, cursor)).toEqual(key);
    }
  });

  test("of another list is refused, also when its key has the same shape", () => {
    const cursor = encodeCursor("posts:latest", [at, id]);
    expect(() => decodeCursor("posts:following", timeKey, cursor)).toThrow(BadCursor);
  });

  test.each([
    ["nothing", ""],
    ["no base64", "%%%"],
    ["no JSON", "bm90IGpzb24"],
    ["no array", btoa('{"a":1}')],
    ["another shape", encodeCursor("a list", [1, id])],
    ["too many values", encodeCursor("a list", [at, id, "more"])],
    ["an invalid id", encodeCursor("a list", [at, "1; drop table posts"])],
    ["an invalid time", encodeCursor("a list", ["now()", id])],
    ["a time and SQL", encodeCursor("a list", [`${at}' or 1=1`, id])],
  ])("that is %s is refused", (_, cursor) => {
    expect(() => decodeCursor("a list", timeKey, cursor)).toThrow(BadCursor);
  });

  test("of a thread has one to eight ids", () => {
    const path = (length: number) => encodeCursor("c", ["0f".repeat(16 * length)]);
    for (const length of [0, 0.5, 1.25, 9])
      expect(() => decodeCursor("c", pathKey, path(length))).toThrow(BadCursor);
    for (const length of [1, 8]) expect(decodeCursor("c", pathKey, path(length))).toHaveLength(1);
    expect(() => decodeCursor("c", pathKey, encodeCursor("c", [id]))).toThrow(BadCursor);
  });
});

describe("a page", () => {
  const cut = (rows: number[]) => cutPage(rows, 2, String);
  test("has a next cursor exactly when a row beyond its limit was found (000-62)", () => {
    expect(cut([])).toEqual({ rows: [], nextCursor: null });
    expect(cut([1, 2])).toEqual({ rows: [1, 2], nextCursor: null });
    expect(cut([1, 2, 3])).toEqual({ rows: [1, 2], nextCursor: "2" });
  });
});
