/**
 * Geohashes: names of rectangles (cells) on the map. A cell's name starts with the names of the cells that contain it. Bits of
 * longitude and latitude alternate, beginning with longitude; five bits are one character. https://en.wikipedia.org/wiki/Geohash
 *
 * @example encodeCell({ latitude: 57.64911, longitude: 10.40744 }, 5) // "u4pru"
 */

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
const BITS_PER_CHARACTER = 5;

/** Degrees: latitude -90..90, longitude -180..180. Never leaves the device. */
export interface Coordinates {
  latitude: number;
  longitude: number;
}

/** Column and row of a cell among the cells of the same length: column 0 begins at 180 degrees west, row 0 at the south pole. */
interface GridPosition {
  column: number;
  row: number;
}

const columnsOf = (length: number) => 2 ** Math.ceil((length * BITS_PER_CHARACTER) / 2);
const rowsOf = (length: number) => 2 ** Math.floor((length * BITS_PER_CHARACTER) / 2);

/** The name, `length` characters (1 to 9), of the cell that contains the coordinates. */
export function encodeCell({ latitude, longitude }: Coordinates, length: number): string {
  const [columns, rows] = [columnsOf(length), rowsOf(length)];
  // 180 degrees east is the same as 180 degrees west. The north pole is in the last row.
  const east = (((longitude + 180) % 360) + 360) % 360;
  const north = Math.min(Math.max(latitude + 90, 0), 180);
  return nameOf(
    {
      column: Math.min(Math.floor((east / 360) * columns), columns - 1),
      row: Math.min(Math.floor((north / 180) * rows), rows - 1),
    },
    length,
  );
}

/** A cell and its neighbours, itself first: nine cells, or six at a pole. Cells across the antimeridian are neighbours. */
export function cellsAround(cell: string): string[] {
  const { length } = cell;
  const { column, row } = gridPositionOf(cell);
  const [columns, rows] = [columnsOf(length), rowsOf(length)];
  const cells = [cell];
  for (const up of [-1, 0, 1]) {
    for (const right of [-1, 0, 1]) {
      const neighbour = { column: (column + right + columns) % columns, row: row + up };
      const isOnMap = neighbour.row >= 0 && neighbour.row < rows;
      if (isOnMap && (up !== 0 || right !== 0)) cells.push(nameOf(neighbour, length));
    }
  }
  return cells;
}

/** Whether one of two cells contains the other, or both are the same. */
export function cellsOverlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

const EARTH_RADIUS_KM = 6371;

/** Kilometres between the centres of two cells, by the haversine formula. https://en.wikipedia.org/wiki/Haversine_formula */
export function distanceKm(one: string, other: string): number {
  const [a, b] = [centreOf(one), centreOf(other)];
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const h =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

function centreOf(cell: string): Coordinates {
  const { column, row } = gridPositionOf(cell);
  return {
    latitude: ((row + 0.5) / rowsOf(cell.length)) * 180 - 90,
    longitude: ((column + 0.5) / columnsOf(cell.length)) * 360 - 180,
  };
}

function nameOf({ column, row }: GridPosition, length: number): string {
  const bits = length * BITS_PER_CHARACTER;
  let name = "";
  let digit = 0;
  for (let bit = 0; bit < bits; bit++) {
    // The most significant bit of each axis comes first.
    const isLongitude = bit % 2 === 0;
    const left = Math.floor((bits - bit - 1) / 2);
    digit = digit * 2 + (Math.floor((isLongitude ? column : row) / 2 ** left) % 2);
    if (bit % BITS_PER_CHARACTER === BITS_PER_CHARACTER - 1) {
      name += ALPHABET[digit];
      digit = 0;
    }
  }
  return name;
}

function gridPositionOf(cell: string): GridPosition {
  const position = { column: 0, row: 0 };
  let isLongitude = true;
  for (const character of cell) {
    const digit = ALPHABET.indexOf(character);
    for (let bit = BITS_PER_CHARACTER - 1; bit >= 0; bit--) {
      const value = Math.floor(digit / 2 ** bit) % 2;
      if (isLongitude) position.column = position.column * 2 + value;
      else position.row = position.row * 2 + value;
      isLongitude = !isLongitude;
    }
  }
  return position;
}
