/** Presence and nearby people, read from their rooms; presence settings, stored in Postgres. */
import { selectPeople, selectPresenceSettings } from "../../db/reads/presence.reads.ts";
import type { NearbyView, Presence, PresenceSettings } from "../../db/views/presence.view.ts";
import { type PresenceChange, setPresenceSettings } from "../../db/writes/presence.writes.ts";
import { nearbyRoomName } from "../../party/nearby-cells.ts";
import { queryPresence as queryPresenceOf } from "../../party/presence-query.ts";
import { cellsAround } from "../../party/protocol/geohash.ts";
import { IDS_MAX } from "../../party/protocol/limits.ts";
import type { SharedCell } from "../../party/rpc.ts";
import { nearbyRoom, userRoom } from "../../party/stubs.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { callRoom, requireGranted } from "../room-rpc.ts";
import { only } from "./pages.rules.ts";
import { identify } from "./sessions.service.ts";

/**
 * By id, whether they are online and when they last were, as far as the viewer may see it. Every id is answered: an unknown
 * id looks like a person whose presence is hidden. Postgres answers for a room that does not, in one round trip.
 * @throws ApiError UNAUTHENTICATED, UNAVAILABLE
 */
export async function queryPresence(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<Record<string, Presence>> {
  const { userId } = await identify(ctx);
  return await presenceFor(ctx, userId, ids);
}

export async function readOwnPresenceSettings(ctx: ServiceContext): Promise<PresenceSettings> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectPresenceSettings()]);
  return only(results[0]).view;
}

/**
 * Changes the given settings. People who may no longer see the viewer are notified at once through their
 * rooms.
 */
export async function changePresenceSettings(
  ctx: ServiceContext,
  change: PresenceChange,
): Promise<PresenceSettings> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    ...setPresenceSettings(change),
    selectPresenceSettings(),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

/**
 * Shares one geohash cell for fifteen minutes, replacing another. Returns who is near it.
 * @throws ApiError RATE_LIMITED when the cell moves too often or too far
 */
export async function shareCell(ctx: ServiceContext, cell: string): Promise<NearbyView> {
  const { userId } = await identify(ctx);
  return await nearbyTo(ctx, userId, await share(ctx, userId, cell));
}

/** Stops sharing; it has taken effect when this resolves. */
export async function unshareCell(ctx: ServiceContext): Promise<NearbyView> {
  const { userId } = await identify(ctx);
  return await nearbyTo(ctx, userId, await share(ctx, userId, null));
}

/** People near the viewer's own cell; nobody while the viewer shares none. */
export async function readNearby(ctx: ServiceContext): Promise<NearbyView> {
  const { userId } = await identify(ctx);
  return await nearbyTo(ctx, userId, await callRoom(userRoom(ctx.env, userId).sharedNearbyCell()));
}

async function presenceFor(
  { env, db }: ServiceContext,
  viewerId: string,
  ids: readonly string[],
): Promise<Record<string, Presence>> {
  const people = await callRoom(queryPresenceOf(env, db, viewerId, new Set(ids)));
  return Object.fromEntries(people.map(({ userId, ...presence }) => [userId, presence]));
}

const share = async ({ env }: ServiceContext, userId: string, cell: string | null) =>
  requireGranted(await callRoom(userRoom(env, userId).shareNearbyCell(cell))).shared;

/**
 * Who is near the shared cell: mutuals in this cell or one around it, other people in the same NearbyRoom. So a stranger learns a
 * region of about 39 x 20 km, and never more by moving to other cells in it.
 */
async function nearbyTo(
  ctx: ServiceContext,
  viewerId: string,
  shared: SharedCell | null,
): Promise<NearbyView> {
  if (!shared) return { cell: null, expiresAt: null, people: [] };
  const region = nearbyRoomName(shared.cell);
  const near = async (room: string, cells: string[]) =>
    await callRoom(nearbyRoom(ctx.env, room).near(viewerId, cells));
  const [inRegion, ...inCells] = await Promise.all([
    near(region, [region]),
    ...[...Map.groupBy(cellsAround(shared.cell), nearbyRoomName)].map(([room, cells]) => near(room, cells)),
  ]);
  const close = new Set(inCells.flat());
  const strangers = new Set(inRegion);
  const ids = [...new Set([...close, ...strangers])].slice(0, IDS_MAX);
  const presence = await presenceFor(ctx, viewerId, ids);
  const online = ids.filter((id) => presence[id]?.isOnline);
  const people = online.length === 0 ? [] : await visiblePeople(ctx, online);
  return {
    cell: shared.cell,
    expiresAt: new Date(shared.expiresAt).toISOString(),
    people: people.filter(({ id, viewer }) => {
      const isMutual = (viewer?.isFollowing && viewer.isFollowedBy) ?? false;
      return isMutual ? close.has(id) : strangers.has(id);
    }),
  };
}

/** The rooms may lag behind Postgres: row security and blocks decide at last who is shown. */
async function visiblePeople(ctx: ServiceContext, ids: readonly string[]): Promise<NearbyView["people"]> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectPeople(ids)]);
  return results[0].map((row) => row.view);
}
