import { expect, it } from "vitest";
import { locateCell } from "./locate.ts";

const found = (latitude: number, longitude: number) =>
  ({
    getCurrentPosition: (resolve: PositionCallback) =>
      resolve({ coords: { latitude, longitude } } as GeolocationPosition),
  }) as Geolocation;
const refused = (code: number) =>
  ({
    getCurrentPosition: (_: PositionCallback, reject: PositionErrorCallback) =>
      reject({ code } as GeolocationPositionError),
  }) as Geolocation;

it("returns a cell of the requested precision", async () => {
  const vilnius = found(54.6872, 25.2797);
  const cells = await Promise.all(([4, 5] as const).map((size) => locateCell(size, vilnius)));
  expect(cells.map((cell) => cell.length)).toEqual([4, 5]);
  expect(cells[1]?.startsWith(cells[0] ?? "?")).toBe(true);
});

it("distinguishes a refused permission from an unavailable location", async () => {
  await expect(locateCell(5, refused(1))).rejects.toMatchObject({ failure: "denied" });
  await expect(locateCell(5, refused(2))).rejects.toMatchObject({ failure: "unavailable" });
  await expect(locateCell(5, refused(3))).rejects.toMatchObject({ failure: "unavailable" });
});
