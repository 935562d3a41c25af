/** Who is here: what the screens show dots, settings and the nearby page with. */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import type { NearbyView, Presence, PresenceSettings } from "../../realtime/views.ts";

/**
 * Whether these people are online, as far as the viewer may know. Somebody who is not in the map is not known yet. The same
 * ids in another order or array are the same question.
 */
export function usePresence(_ids: readonly string[]): ReadonlyMap<string, Presence> {
  return new Map();
}

export interface PresenceSettingsState {
  /** Null until it was read. */
  settings: PresenceSettings | null;
  isPending: boolean;
  error: Error | null;
  refetch(): void;
  /** Changes what is given and keeps the rest. Shown when it is done. */
  save: UseMutationResult<PresenceSettings, Error, Partial<PresenceSettings>>;
}

/** Who may see that one is online, and whether read receipts are shared. */
export function usePresenceSettings(): PresenceSettingsState {
  const save = useMutation<PresenceSettings, Error, Partial<PresenceSettings>>({
    mutationFn: () => Promise.reject(new Error()),
  });
  return { settings: null, isPending: true, error: null, refetch: () => {}, save };
}

/** How exact the shared place is: about 39x20 km, 5x5 km, 1.2x0.6 km. */
export type CellPrecision = 4 | 5 | 6;

export type NearbyFailure =
  /** The browser's owner said no to its place being known. */
  | "denied"
  /** The device cannot tell where it is. */
  | "unavailable";

export interface Nearby {
  /** Null until it was read. `cell` is null while nothing is shared: then nobody is shown either. */
  view: NearbyView | null;
  isPending: boolean;
  error: Error | null;
  refetch(): void;
  /** Asks the browser where it is and shares the cell for fifteen minutes; renewed while this page is open. */
  share(precision: CellPrecision): void;
  isSharing: boolean;
  /** Why the place could not be found, or null. */
  failure: NearbyFailure | null;
  /** Takes one's place back at once. */
  stop(): void;
}

/** People nearby who share a cell as well. Coordinates never leave the browser, nor the function that asks for them. */
export function useNearby(): Nearby {
  return {
    view: null,
    isPending: true,
    error: null,
    refetch: () => {},
    share: () => {},
    isSharing: false,
    failure: null,
    stop: () => {},
  };
}
