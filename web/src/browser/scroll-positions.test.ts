import { beforeEach, describe, expect, it } from "vitest";
import { clearCache, positionOf, savePosition } from "./scroll-positions.ts";

describe("scroll positions", () => {
  beforeEach(() => clearCache());

  it("are saved per path; an unknown path starts at the top", () => {
    savePosition("/", 812.4);
    savePosition("/posts/1", 30);
    expect(positionOf("/")).toBe(812);
    expect(positionOf("/posts/1")).toBe(30);
    expect(positionOf("/elsewhere")).toBe(0);
  });

  it("are never negative, although phones overscroll", () => {
    savePosition("/", -40);
    expect(positionOf("/")).toBe(0);
  });

  it("are cleared for one path or for all", () => {
    savePosition("/a", 1);
    savePosition("/b", 2);
    clearCache("/a");
    expect([positionOf("/a"), positionOf("/b")]).toEqual([0, 2]);
    clearCache();
    expect(positionOf("/b")).toBe(0);
  });

  it("are limited in number: the path saved longest ago is dropped first", () => {
    for (let n = 0; n < 50; n += 1) savePosition(`/${n}`, n + 1);
    savePosition("/0", 99);
    savePosition("/new", 5);
    expect(positionOf("/0")).toBe(99);
    expect(positionOf("/1")).toBe(0);
    expect(positionOf("/new")).toBe(5);
  });
});
