/** How far each path was scrolled, for the life of the tab. */

const PATHS_MAX = 50;
const positions = new Map<string, number>();

/** Saves the scroll position of a path, in pixels. Beyond fifty paths the one saved longest ago is dropped. */
export function savePosition(path: string, top: number): void {
  positions.delete(path);
  positions.set(path, Math.max(0, Math.round(top)));
  if (positions.size > PATHS_MAX) {
    const oldest = positions.keys().next().value;
    if (oldest !== undefined) positions.delete(oldest);
  }
}

/** The saved position of a path, or 0. */
export function positionOf(path: string): number {
  return positions.get(path) ?? 0;
}

/** Drops the position of one path, or of all when none is given. */
export function clearCache(path?: string): void {
  if (path === undefined) positions.clear();
  else positions.delete(path);
}
