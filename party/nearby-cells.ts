/** Which NearbyRoom stores the people in which geohash cell. */

/** A room's name is the first characters of its cells' geohashes, this many. So a cell and all cells inside it share a room. */
export const NEARBY_ROOM_CHARS = 4;

/** The name of the NearbyRoom of this cell. */
export const nearbyRoomName = (cell: string) => cell.slice(0, NEARBY_ROOM_CHARS);
