import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { onUserRoomWelcome } from "../../realtime/user-room.ts";
import type { NearbyView } from "../../realtime/views.ts";
import { type CellPrecision, LocationError, type LocationFailure } from "./locate.ts";
import { useShareCell, useStopSharing } from "./nearby.mutations.ts";
import { nearbyQuery, refetchNearby } from "./nearby.queries.ts";

/** The server ends the sharing of a cell after 15 minutes; the open page extends it earlier. */
const RENEW_INTERVAL_MS = 10 * 60_000;

export interface Nearby {
  /** Null until it is loaded. */
  view: NearbyView | null;
  isPending: boolean;
  error: Error | null;
  refetch(): void;
  /** Locates the device and shares its cell for 15 minutes. Extended automatically while the page is open. */
  share(precision: CellPrecision): void;
  isSharing: boolean;
  /** Why the device could not be located, or null. */
  failure: LocationFailure | null;
  /** Stops sharing at once. */
  stop(): void;
}

/** People nearby who share their cell too. The device's coordinates are never sent: only their cell is. */
export function useNearby(): Nearby {
  const { data, isPending, error, refetch } = useQuery(nearbyQuery);
  const { mutate: share, isPending: isSharing, error: shareError } = useShareCell();
  const stop = useStopSharing();

  // People may have come or left while no socket was open.
  useEffect(() => onUserRoomWelcome(refetchNearby), []);

  const cell = data?.cell ?? null;
  useEffect(() => {
    if (!cell) return;
    const timer = setInterval(() => share(cell.length as CellPrecision), RENEW_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [cell, share]);

  const isLocationError = shareError instanceof LocationError;
  return {
    view: data ?? null,
    isPending,
    error: error ?? (isLocationError ? null : shareError) ?? stop.error,
    refetch: () => void refetch(),
    share,
    isSharing,
    failure: isLocationError ? shareError.failure : null,
    stop: () => stop.mutate(),
  };
}
