import { useEffect, useRef, useSyncExternalStore } from "react";
import { onAccountChange } from "../../api/account-state.ts";
import { useConnectionStatus } from "../../realtime/status-store.ts";
import { onUserRoomWelcome, sendToUserRoom } from "../../realtime/user-room.ts";
import type { Presence } from "../../realtime/views.ts";
import { useMe } from "../session/session.queries.ts";
import { queryPresence } from "./presence.queries.ts";
import { createPresenceStore } from "./presence-store.ts";

const store = createPresenceStore({
  sendSubscription: (ids) => sendToUserRoom({ type: "presence.watch", ids }),
  query: queryPresence,
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
});
onAccountChange(store.reset);

/** Applies the signal `presence.changed`. */
export const applyPresence = store.receive;

const NONE_KNOWN: ReadonlyMap<string, Presence> = new Map();

/**
 * The presence of these people, as far as the viewer may see it. A person whose presence is unknown is not in
 * the map; while the browser is offline the map is empty. The order of the ids does not matter, and the array
 * may be a new one in each render.
 */
export function usePresence(ids: readonly string[]): ReadonlyMap<string, Presence> {
  const meId = useMe()?.id ?? null;
  const sorted = [...new Set(ids)].sort().join();
  useEffect(() => (meId && sorted ? store.subscribeTo(sorted.split(",")) : undefined), [meId, sorted]);
  // The room keeps subscriptions per socket.
  useEffect(() => onUserRoomWelcome(store.connected), []);

  const isOffline = useConnectionStatus() === "offline";
  const last = useRef<ReadonlyMap<string, Presence>>(NONE_KNOWN);
  const known = useSyncExternalStore(store.onChange, () => {
    const next = new Map<string, Presence>();
    for (const id of sorted ? sorted.split(",") : []) {
      const presence = store.get(id);
      if (presence) next.set(id, presence);
    }
    // useSyncExternalStore needs the same object for the same state.
    const isSame =
      next.size === last.current.size &&
      [...next].every(([id, presence]) => last.current.get(id) === presence);
    if (!isSame) last.current = next;
    return last.current;
  });
  return isOffline ? NONE_KNOWN : known;
}
