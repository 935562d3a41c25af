/** The routes of presence and of nearby. */
import { askPath } from "../../api/client.ts";
import type { NearbyView, Presence, PresenceSettings } from "../../realtime/views.ts";

export const queryPresence = (ids: readonly string[]) =>
  askPath<Record<string, Presence>>("/api/presence/query", { method: "POST", json: { ids } });

export const readPresenceSettings = (signal?: AbortSignal) =>
  askPath<PresenceSettings>("/api/me/presence", signal && { signal });

export const changePresenceSettings = (json: Partial<PresenceSettings>) =>
  askPath<PresenceSettings>("/api/me/presence", { method: "PATCH", json });

export const readNearby = (signal?: AbortSignal) => askPath<NearbyView>("/api/nearby", signal && { signal });

export const joinNearby = (cell: string) =>
  askPath<NearbyView>("/api/nearby", { method: "PUT", json: { cell } });

export const leaveNearby = () => askPath<unknown>("/api/nearby", { method: "DELETE" });
