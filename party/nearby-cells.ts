/** Which NearbyRoom knows who is in which cell. */
import type { PartyEnv } from "./env.ts";

/** Characters of a cell's name that name its room: cells that lie in one another are one room's. */
export const NEARBY_ROOM_CHARS = 4;
/** People in one answer; of more, those who came last. */
export const NEARBY_MAX = 200;

/** The cell one shares being in; `expiresAt` in milliseconds since 1970. */
export interface SharedCell {
  cell: string;
  expiresAt: number;
}

export const nearbyRoomName = (cell: string) => cell.slice(0, NEARBY_ROOM_CHARS);

/** The room that knows who is in this cell. Its methods start it themselves. */
export const nearbyRoom = (env: PartyEnv, cell: string) =>
  env.NearbyRoom.get(env.NearbyRoom.idFromName(nearbyRoomName(cell)));
