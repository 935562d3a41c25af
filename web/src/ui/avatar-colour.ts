const HUES = [18, 42, 66, 100, 135, 160, 192, 220, 250, 280, 310, 345] as const;

/**
 * Text colour classes for names: two neighbouring avatar hues share one. Written in full, so that Tailwind
 * finds them.
 */
export const AUTHOR_TONES = [
  "text-author-1",
  "text-author-2",
  "text-author-3",
  "text-author-4",
  "text-author-5",
  "text-author-6",
] as const;

/** An index into `HUES`, always the same for the same id. */
function hueIndex(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES.length;
}

/**
 * The background colour of an avatar, stable for an id. The lightness is fixed, so that white text is
 * readable on it.
 */
export function avatarColour(id: string): string {
  return `oklch(0.47 0.075 ${HUES[hueIndex(id)]})`;
}

/** The text colour class of a person's name, close to the colour of their avatar. */
export function authorTone(id: string): (typeof AUTHOR_TONES)[number] {
  return AUTHOR_TONES[Math.floor((hueIndex(id) * AUTHOR_TONES.length) / HUES.length)] ?? AUTHOR_TONES[0];
}

/** The first letters of the first and last word of a name; without a name, the first letter of the handle. */
export function initials(name: string, handle: string): string {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const first = parts[0] ?? handle;
  const last = parts.length > 1 ? parts.at(-1) : undefined;
  const firstLetter = (text: string | undefined) => (text ? (Array.from(text)[0] ?? "") : "");
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}
