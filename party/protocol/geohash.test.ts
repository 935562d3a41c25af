import { describe, expect, test } from "vitest";
import { cellsAround, cellsOverlap, encodeCell } from "./geohash.ts";

describe("encodeCell", () => {
  // https://en.wikipedia.org/wiki/Geohash names the first two.
  test.each([
    [57.64911, 10.40744, 9, "u4pruydqq"],
    [42.605, -5.603, 5, "ezs42"],
    [54.6872, 25.2797, 5, "u99zp"],
    [48.8584, 2.2945, 6, "u09tun"],
    [-33.8568, 151.2153, 6, "r3gx2u"],
    [0, 0, 4, "s000"],
    [-0.0001, -0.0001, 4, "7zzz"],
    [90, 0, 4, "upbp"],
    [-90, -180, 4, "0000"],
    [90, 179.9999, 4, "zzzz"],
  ])("puts %d, %d into the cell everybody else does", (latitude, longitude, length, cell) => {
    expect(encodeCell({ latitude, longitude }, length)).toBe(cell);
  });

  test("takes 180 degrees east for 180 degrees west", () => {
    for (const longitude of [180, -180, 540])
      expect(encodeCell({ latitude: 1, longitude }, 5)).toBe(encodeCell({ latitude: 1, longitude: -180 }, 5));
  });

  test("is the front of the cell inside it", () => {
    for (let n = 0; n < 500; n++) {
      const place = { latitude: ((n * 37) % 1800) / 10 - 90, longitude: ((n * 73) % 3600) / 10 - 180 };
      const cells = [4, 5, 6].map((length) => encodeCell(place, length));
      expect(cells[2]?.startsWith(cells[1] ?? "-")).toBe(true);
      expect(cells[1]?.startsWith(cells[0] ?? "-")).toBe(true);
    }
  });
});

describe("cellsAround", () => {
  test("are the cell and its eight neighbours", () => {
    // The neighbours of ezs42, as geohash.org's and others' tables have them.
    const expected = ["ezs42", "ezefp", "ezs40", "ezs41", "ezefr", "ezs43", "ezefx", "ezs48", "ezs49"];
    expect(cellsAround("ezs42")[0]).toBe("ezs42");
    expect([...cellsAround("ezs42")].sort()).toEqual([...expected].sort());
  });

  test("reach over the antimeridian", () => {
    const west = encodeCell({ latitude: 10, longitude: 179.99 }, 4);
    const east = encodeCell({ latitude: 10, longitude: -179.99 }, 4);
    expect(cellsAround(west)).toContain(east);
    expect(cellsAround(east)).toContain(west);
    expect(cellsAround(east)).toHaveLength(9);
  });

  test.each([4, 5, 6])("end at the poles, at %d characters", (length) => {
    for (const latitude of [89.9999, -89.9999]) {
      const cells = cellsAround(encodeCell({ latitude, longitude: 20 }, length));
      expect(new Set(cells).size).toBe(6);
      const across = encodeCell({ latitude: -latitude, longitude: 20 }, length);
      expect(cells).not.toContain(across);
    }
  });

  test.each([4, 5, 6])("hold every place that is a step away, at %d characters, and are mutual", (length) => {
    const bits = length * 5;
    const [width, height] = [360 / 2 ** Math.ceil(bits / 2), 180 / 2 ** Math.floor(bits / 2)];
    for (let n = 0; n < 300; n++) {
      const place = { latitude: ((n * 61) % 1700) / 10 - 85, longitude: ((n * 97) % 3600) / 10 - 180 };
      const cell = encodeCell(place, length);
      for (const [up, right] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
        [1, 1],
        [-1, -1],
      ] as const) {
        const there = encodeCell(
          { latitude: place.latitude + up * height, longitude: place.longitude + right * width },
          length,
        );
        expect(cellsAround(cell)).toContain(there);
        expect(cellsAround(there)).toContain(cell);
      }
    }
  });
});

test("cells overlap when one lies in the other", () => {
  expect(cellsOverlap("u99z", "u99zp1")).toBe(true);
  expect(cellsOverlap("u99zp1", "u99z")).toBe(true);
  expect(cellsOverlap("u99zp", "u99zp")).toBe(true);
  expect(cellsOverlap("u99zp", "u99zq")).toBe(false);
});
