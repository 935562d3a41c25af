const HUES = [18, 42, 66, 100, 135, 160, 192, 220, 250, 280, 310, 345] as const;

/** Classes of words in a person's colour: two neighbouring hues of faces share one. Written out for Tailwind to find. */
export const AUTHOR_TONES = [
  "text-author-1",
  "text-author-2",
  "text-author-3",
  "text-author-4",
  "text-author-5",
  "text-author-6",
] as const;

/** The same number for the same person, below the count of hues. */
function hueOf(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES.length;
}

/** A stable colour for an id: same person, same colour, white text readable on it (lightness is fixed). */
export function avatarColour(id: string): string {
  return `oklch(0.47 0.075 ${HUES[hueOf(id)]})`;
}

/** The class of a person's name, near the colour of their face. */
export function authorTone(id: string): (typeof AUTHOR_TONES)[number] {
  return AUTHOR_TONES[Math.floor((hueOf(id) * AUTHOR_TONES.length) / HUES.length)] ?? AUTHOR_TONES[0];
}

/** One or two letters: first and last word's, or the handle's first. */
export function initials(name: string, handle: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? handle;
  const last = words.length > 1 ? words.at(-1) : undefined;
  const letter = (word: string | undefined) => (word ? (Array.from(word)[0] ?? "") : "");
  return (letter(first) + letter(last)).toLocaleUpperCase();
}
