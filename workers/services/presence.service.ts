/** Who is here and who is near, asked of the rooms that know; what people choose to show, kept in Postgres. */

import { selectPeople, selectPresenceSettings } from "../../db/reads/presence.reads.ts";
import type { NearbyView, Presence, PresenceSettings } from "../../db/views/presence.view.ts";
import { type PresenceChange, setPresenceSettings } from "../../db/writes/presence.writes.ts";
import { nearbyRoomName } from "../../party/nearby-cells.ts";
import { cellsAround } from "../../party/protocol/geohash.ts";
import { IDS_MAX } from "../../party/protocol/limits.ts";
import type { SharedCell } from "../../party/rpc.ts";
import { nearbyRoom, presenceRoomsFor, userRoom } from "../../party/stubs.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { identify } from "./identity.service.ts";
import { only } from "./page.ts";
import { askRoom } from "./rooms.ts";

/**
 * By id, whether they are here and when they last were, as far as the viewer may know. Nobody is left out: who does not
 * exist reads as who hides. No Postgres.
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

/** Changes what is given. Whoever may see no more hears so at once, by their own rooms. */
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

/** Shares being in a cell for fifteen minutes, in the place of another. Answers who is near it. */
export async function shareCell(ctx: ServiceContext, cell: string): Promise<NearbyView> {
  const { userId } = await identify(ctx);
  return await nearbyTo(ctx, userId, await askRoom(userRoom(ctx.env, userId).shareNearbyCell(cell)));
}

/** Shares no cell any more. Done when it answers. */
export async function unshareCell(ctx: ServiceContext): Promise<NearbyView> {
  const { userId } = await identify(ctx);
  return await nearbyTo(ctx, userId, await askRoom(userRoom(ctx.env, userId).shareNearbyCell(null)));
}

/** Who is near the viewer's own cell: only who shares one is shown anybody. */
export async function readNearby(ctx: ServiceContext): Promise<NearbyView> {
  const { userId } = await identify(ctx);
  return await nearbyTo(ctx, userId, await askRoom(userRoom(ctx.env, userId).sharedNearbyCell()));
}

async function presenceFor(
  { env }: ServiceContext,
  viewerId: string,
  ids: readonly string[],
): Promise<Record<string, Presence>> {
  const answers = await Promise.all(
    presenceRoomsFor(env, new Set(ids)).map(({ room, userIds }) => askRoom(room.query(viewerId, userIds))),
  );
  return Object.fromEntries(answers.flat().map(({ userId, ...presence }) => [userId, presence]));
}

async function nearbyTo(
  ctx: ServiceContext,
  viewerId: string,
  shared: SharedCell | null,
): Promise<NearbyView> {
  if (!shared) return { cell: null, expiresAt: null, people: [] };
  const cells = cellsAround(shared.cell);
  const rooms = Map.groupBy(cells, nearbyRoomName);
  const members = await Promise.all(
    [...rooms].map(([name, theirs]) => askRoom(nearbyRoom(ctx.env, name).near(viewerId, theirs))),
  );
  const ids = members.flat().slice(0, IDS_MAX);
  const presence = await presenceFor(ctx, viewerId, ids);
  const here = ids.filter((id) => presence[id]?.isOnline);
  return {
    cell: shared.cell,
    expiresAt: new Date(shared.expiresAt).toISOString(),
    people: here.length === 0 ? [] : await peopleFor(ctx, here),
  };
}

/** Row security and the blocks as Postgres has them are the last word on who is shown to whom. */
async function peopleFor(ctx: ServiceContext, ids: readonly string[]): Promise<NearbyView["people"]> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectPeople(ids)]);
  return results[0].map((row) => row.view);
}
