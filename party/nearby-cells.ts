/** Which NearbyRoom stores the members of which geohash cell. */

/** Characters of a cell's name that name its room: cells that lie in one another are in one room. */
export const NEARBY_ROOM_CHARS = 4;

/** The name of the room of this cell. */
export const nearbyRoomName = (cell: string) => cell.slice(0, NEARBY_ROOM_CHARS);
