/** Who is here: what the screens show dots, settings and the nearby page with. */
import { queryOptions, type UseMutationResult, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { queryClient } from "../../api/query-client.ts";
import { useConnectionStatus } from "../../realtime/status-store.ts";
import { listenToUserRoom, sayToUserRoom } from "../../realtime/user-link.ts";
import type { NearbyView, Presence, PresenceSettings } from "../../realtime/views.ts";
import { type CellPrecision, LocationError, locateCell, type NearbyFailure } from "../nearby/locate.ts";
import { useMe } from "../session/session.queries.ts";
import {
  changePresenceSettings,
  joinNearby,
  leaveNearby,
  queryPresence,
  readNearby,
  readPresenceSettings,
} from "./presence.api.ts";
import { createPresenceStore } from "./presence.store.ts";

export type { CellPrecision, NearbyFailure } from "../nearby/locate.ts";

const presenceKeys = {
  settings: ["presence", "settings"] as const,
  nearby: ["presence", "nearby"] as const,
};

const store = createPresenceStore({
  watch: (ids) => sayToUserRoom({ type: "presence.watch", ids }),
  query: queryPresence,
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
});

/** Others came or went, or may have while no socket was up. Nothing is read unless somebody looks at the list. */
function lookAgainNearby(): void {
  void queryClient.invalidateQueries({ queryKey: presenceKeys.nearby });
}

listenToUserRoom({
  onWelcome: () => {
    store.welcome();
    lookAgainNearby();
  },
  onSignal: (signal) => {
    if (signal.type === "presence.changed") store.hear(signal.data.people);
    else if (signal.type === "nearby.changed") lookAgainNearby();
  },
});
let viewerId: string | null = null;

function setViewer(meId: string | null): void {
  if (viewerId !== null && viewerId !== meId) store.forget();
  viewerId = meId;
}

const NOBODY_KNOWN: ReadonlyMap<string, Presence> = new Map();

/**
 * Whether these people are online, as far as the viewer may know. Somebody who is not in the map is not known yet, and
 * without a network nobody is. The same ids in another order or array are the same question.
 */
export function usePresence(ids: readonly string[]): ReadonlyMap<string, Presence> {
  const meId = useMe()?.id ?? null;
  const set = [...new Set(ids)].sort().join();
  useEffect(() => {
    setViewer(meId);
    return meId && set ? store.show(set.split(",")) : undefined;
  }, [meId, set]);

  const isOffline = useConnectionStatus() === "offline";
  const last = useRef<ReadonlyMap<string, Presence>>(NOBODY_KNOWN);
  const known = useSyncExternalStore(store.subscribe, () => {
    const now = new Map<string, Presence>();
    for (const id of set ? set.split(",") : []) {
      const presence = store.get(id);
      if (presence) now.set(id, presence);
    }
    const isSame =
      now.size === last.current.size && [...now].every(([id, presence]) => last.current.get(id) === presence);
    if (!isSame) last.current = now;
    return last.current;
  });
  return isOffline ? NOBODY_KNOWN : known;
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

const settingsQuery = queryOptions({
  queryKey: presenceKeys.settings,
  queryFn: ({ signal }) => readPresenceSettings(signal),
});

/** Who may see that one is online, and whether read receipts are shared. */
export function usePresenceSettings(): PresenceSettingsState {
  const { data, isPending, error, refetch } = useQuery(settingsQuery);
  const save = useMutation({
    mutationFn: changePresenceSettings,
    onSuccess: (settings) => queryClient.setQueryData(presenceKeys.settings, settings),
  });
  return { settings: data ?? null, isPending, error, refetch: () => void refetch(), save };
}

/** A shared place ends after fifteen minutes; the page renews it well before. */
const RENEW_MS = 10 * 60_000;

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
  const { data, isPending, error, refetch } = useQuery({
    queryKey: presenceKeys.nearby,
    queryFn: ({ signal }) => readNearby(signal),
  });
  const settle = async (view: NearbyView) => {
    // A look that is on its way may know of before.
    await queryClient.cancelQueries({ queryKey: presenceKeys.nearby });
    queryClient.setQueryData<NearbyView>(presenceKeys.nearby, view);
  };
  const share = useMutation({
    mutationFn: async (precision: CellPrecision) => joinNearby(await locateCell(precision)),
    onSuccess: settle,
  });
  const stop = useMutation({ mutationFn: leaveNearby, onSuccess: settle });

  const cell = data?.cell ?? null;
  const { mutate: shareAgain, error: shareError } = share;
  useEffect(() => {
    if (!cell) return;
    const timer = setInterval(() => shareAgain(cell.length as CellPrecision), RENEW_MS);
    return () => clearInterval(timer);
  }, [cell, shareAgain]);

  return {
    view: data ?? null,
    isPending,
    error: error ?? (shareError instanceof LocationError ? null : shareError) ?? stop.error,
    refetch: () => void refetch(),
    share: useMemo(() => (precision: CellPrecision) => shareAgain(precision), [shareAgain]),
    isSharing: share.isPending,
    failure: shareError instanceof LocationError ? shareError.failure : null,
    stop: () => stop.mutate(),
  };
}
