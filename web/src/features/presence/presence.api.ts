/** The routes of presence and of nearby. */
import { api, ask, withSignal } from "../../api/client.ts";
import type { NearbyView, Presence, PresenceSettings } from "../../realtime/views.ts";

const optional = (signal: AbortSignal | undefined) => (signal ? withSignal(signal) : {});

export function queryPresence(ids: readonly string[]): Promise<Record<string, Presence>> {
  return ask(api.presence.query.$post({ json: { ids: [...ids] } }));
}

export function readPresenceSettings(signal?: AbortSignal): Promise<PresenceSettings> {
  return ask(api.me.presence.$get({}, optional(signal)));
}

export function changePresenceSettings(json: Partial<PresenceSettings>): Promise<PresenceSettings> {
  return ask(api.me.presence.$patch({ json }));
}

export function readNearby(signal?: AbortSignal): Promise<NearbyView> {
  return ask(api.nearby.$get({}, optional(signal)));
}

/** Shares a cell, or moves to it. */
export function joinNearby(cell: string): Promise<NearbyView> {
  return ask(api.nearby.$put({ json: { cell } }));
}

export function leaveNearby(): Promise<NearbyView> {
  return ask(api.nearby.$delete({}));
}
