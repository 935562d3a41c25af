/** Where this device is, as a cell and as nothing finer: the coordinates live in this function and end with it. */
import { encodeCell } from "../../../../party/protocol/geohash.ts";

/** How exact the shared place is: about 39x20 km, 5x5 km, 1.2x0.6 km. */
export type CellPrecision = 4 | 5 | 6;

export type NearbyFailure =
  /** The browser's owner said no to its place being known. */
  | "denied"
  /** The device cannot tell where it is. */
  | "unavailable";

export class LocationError extends Error {
  override name = "LocationError";
  readonly failure: NearbyFailure;
  constructor(failure: NearbyFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** A place that was found this long ago is still good enough for a cell. */
const PLACE_AGE_MAX_MS = 60_000;
const LOCATE_TIMEOUT_MS = 15_000;

/** Asks the browser, which asks its owner. Rejects with LocationError. */
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
        // A cell is wide: no need for the receiver that empties the battery.
        enableHighAccuracy: false,
        maximumAge: PLACE_AGE_MAX_MS,
        timeout: LOCATE_TIMEOUT_MS,
      },
    );
  });
}
