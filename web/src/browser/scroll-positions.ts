const MOST_PATHS = 50;
const positions = new Map<string, number>();

/** Remembers how far down a path was, in pixels. The oldest of more than fifty are forgotten. */
export function savePosition(path: string, top: number): void {
  positions.delete(path);
  positions.set(path, Math.max(0, Math.round(top)));
  if (positions.size > MOST_PATHS) {
    const oldest = positions.keys().next().value;
    if (oldest !== undefined) positions.delete(oldest);
  }
}

/** Where a path was left, or 0. */
export function positionOf(path: string): number {
  return positions.get(path) ?? 0;
}

/** Forgets every position: after sign-out, or for one path when its content starts anew. */
export function clearCache(path?: string): void {
  if (path === undefined) positions.clear();
  else positions.delete(path);
}
