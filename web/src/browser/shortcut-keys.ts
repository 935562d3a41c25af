/** The keys of one shortcut, in order: ["g", "h"]. */
export type Keys = readonly string[];

/** The longest pause between the keys of a sequence. */
export const SEQUENCE_MS = 1_000;

/** "g h" -> ["g", "h"]. */
export function parseKeys(text: string): Keys {
  return text.trim().split(/\s+/).filter(Boolean);
}

/** Printable keys that stay shortcuts on a page for writing, because no text begins with them. */
const ALWAYS_SHORTCUTS: ReadonlySet<string> = new Set(["?", "/", " ", "↑"]);

/** True for a key that inserts a character and may begin a text. The space bar scrolls and presses buttons instead. */
export function isPrintable(key: string): boolean {
  return [...key].length === 1 && !ALWAYS_SHORTCUTS.has(key);
}

export interface Typed {
  keys: Keys;
  /** When the last key was pressed, in milliseconds. */
  at: number;
}

export const NOTHING_TYPED: Typed = { keys: [], at: 0 };

/**
 * Processes one key press. Answers the shortcut that it completes, if any, and the keys typed so far. Keys that may begin a
 * longer sequence are kept; a key that continues no sequence begins a new one.
 */
export function press<S extends { keys: Keys }>(
  typed: Typed,
  key: string,
  atMs: number,
  shortcuts: readonly S[],
): { typed: Typed; match: S | null } {
  const before = atMs - typed.at <= SEQUENCE_MS ? typed.keys : [];
  for (const keys of before.length > 0 ? [[...before, key], [key]] : [[key]]) {
    // The latest registration wins, so that a page can override a global shortcut.
    const match = shortcuts.findLast((shortcut) => isSame(shortcut.keys, keys));
    if (match) return { typed: NOTHING_TYPED, match };
    const isPrefix = shortcuts.some(
      (shortcut) => shortcut.keys.length > keys.length && isSame(shortcut.keys.slice(0, keys.length), keys),
    );
    if (isPrefix) return { typed: { keys, at: atMs }, match: null };
  }
  return { typed: NOTHING_TYPED, match: null };
}

function isSame(a: Keys, b: Keys): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
