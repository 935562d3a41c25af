/** Keys of one shortcut: ["g", "h"] for "g then h". */
export type Keys = readonly string[];

/** Time between the keys of a sequence. */
export const SEQUENCE_MS = 1_000;

/** "g h" -> ["g", "h"]. */
export function parseKeys(text: string): Keys {
  return text.trim().split(/\s+/).filter(Boolean);
}

/** Keys that do their work also where what is typed goes into a field: no word begins with them. The arrow is a key's name. */
const NEVER_WORDS: ReadonlySet<string> = new Set(["?", "/", " ", "↑"]);

/** True for a key that writes something: on a page for writing it goes into the field. The blank scrolls and presses. */
export function isWritten(key: string): boolean {
  return [...key].length === 1 && !NEVER_WORDS.has(key);
}

export interface Typed {
  keys: Keys;
  /** When the last of them was pressed, in milliseconds. */
  at: number;
}

export const NOTHING_TYPED: Typed = { keys: [], at: 0 };

/**
 * Takes one key press: which shortcut it completes, if any, and what stays typed. A longer sequence that begins with what
 * was typed keeps waiting; a key that leads nowhere starts anew by itself.
 */
export function press<S extends { keys: Keys }>(
  typed: Typed,
  key: string,
  atMs: number,
  shortcuts: readonly S[],
): { typed: Typed; match: S | null } {
  const before = atMs - typed.at <= SEQUENCE_MS ? typed.keys : [];
  for (const keys of before.length > 0 ? [[...before, key], [key]] : [[key]]) {
    // The newest registration wins: a page may take over a key of the shell.
    const match = shortcuts.findLast((shortcut) => same(shortcut.keys, keys));
    if (match) return { typed: NOTHING_TYPED, match };
    const leads = shortcuts.some(
      (shortcut) => shortcut.keys.length > keys.length && same(shortcut.keys.slice(0, keys.length), keys),
    );
    if (leads) return { typed: { keys, at: atMs }, match: null };
  }
  return { typed: NOTHING_TYPED, match: null };
}

function same(a: Keys, b: Keys): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
