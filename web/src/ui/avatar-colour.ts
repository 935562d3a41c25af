const HUES = [18, 42, 66, 100, 135, 160, 192, 220, 250, 280, 310, 345] as const;

/** A stable colour for an id: same person, same colour, white text readable on it (lightness is fixed). */
export function avatarColour(id: string): string {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `oklch(0.47 0.075 ${HUES[hash % HUES.length]})`;
}

/** One or two letters: first and last word's, or the handle's first. */
export function initials(name: string, handle: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? handle;
  const last = words.length > 1 ? words.at(-1) : undefined;
  const letter = (word: string | undefined) => (word ? (Array.from(word)[0] ?? "") : "");
  return (letter(first) + letter(last)).toLocaleUpperCase();
}
