/**
 * Locates the device as a geohash cell. The coordinates are not returned, so that no other code can send or
 * store them.
 */
import { encodeCell } from "../../../../party/protocol/geohash.ts";

/** The length of the geohash: cells of about 39x20 km or 5x5 km. */
export type CellPrecision = 4 | 5;

export type LocationFailure =
  /** The person refused the permission. */
  | "denied"
  /** The device could not determine its location. */
  | "unavailable";

export class LocationError extends Error {
  override name = "LocationError";
  readonly failure: LocationFailure;
  constructor(failure: LocationFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** The maximal age of a cached location. */
const LOCATION_AGE_MAX_MS = 60_000;
const LOCATE_TIMEOUT_MS = 15_000;

/** Determines the device's cell; the browser may ask for permission. Rejects with LocationError. */
export function locateCell(
  precision: CellPrecision,
  geolocation: Geolocation | undefined = navigator.geolocation,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!geolocation) {
      reject(new LocationError("unavailable"));
      return;
    }
    geolocation.getCurrentPosition(
      ({ coords }) => resolve(encodeCell(coords, precision)),
      ({ code }) => reject(new LocationError(code === 1 ? "denied" : "unavailable")),
      {
        // Cells are large; the satellite receiver would only drain the battery.
        enableHighAccuracy: false,
        maximumAge: LOCATION_AGE_MAX_MS,
        timeout: LOCATE_TIMEOUT_MS,
      },
    );
  });
}
