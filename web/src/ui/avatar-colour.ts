/** The hues of faces, in degrees of OKLCH. The author tones in tokens.css have the same ones. */
const HUES = [12, 32, 56, 82, 112, 140, 162, 190, 222, 248, 272, 296, 322, 348] as const;
const LIGHTNESSES = [0.44, 0.52] as const;
/** How much darker the pattern behind the initials is than the face. */
const PATTERN_STEP = 0.07;
/** Classes of app.css. */
const PATTERNS = ["", "face-dots", "face-stripes", "face-rings"] as const;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Text colour classes for names, one per hue. Written in full, so that Tailwind finds them. */
export const AUTHOR_TONES = [
  "text-author-1",
  "text-author-2",
  "text-author-3",
  "text-author-4",
  "text-author-5",
  "text-author-6",
  "text-author-7",
  "text-author-8",
  "text-author-9",
  "text-author-10",
  "text-author-11",
  "text-author-12",
  "text-author-13",
  "text-author-14",
] as const;

/** The 32-bit FNV-1a hash of an id's characters (draft-eastlake-fnv); ids are ASCII. */
function hashId(id: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), FNV_PRIME);
  return hash >>> 0;
}

export interface Face {
  background: string;
  /** The colour of the pattern. */
  shade: string;
  /** A class that draws the pattern; empty for a plain face. */
  pattern: (typeof PATTERNS)[number];
}

/** One of 112 faces (hue, lightness, pattern) for people without a picture, stable for an id. */
export function face(id: string): Face {
  const hash = hashId(id);
  const hue = HUES[hash % HUES.length] ?? HUES[0];
  const rest = Math.floor(hash / HUES.length);
  const lightness = LIGHTNESSES[rest % 2] ?? LIGHTNESSES[0];
  const chroma = hue >= 140 && hue <= 222 ? 0.08 : 0.1;
  return {
    background: `oklch(${lightness} ${chroma} ${hue})`,
    shade: `oklch(${(lightness - PATTERN_STEP).toFixed(2)} ${chroma} ${hue})`,
    pattern: PATTERNS[Math.floor(rest / 2) % PATTERNS.length] ?? "",
  };
}

/** The text colour class of a person's name: the hue of their face. */
export function authorTone(id: string): (typeof AUTHOR_TONES)[number] {
  return AUTHOR_TONES[hashId(id) % HUES.length] ?? AUTHOR_TONES[0];
}

/** The first letters of the first and last word of a name; without a name, the first letter of the handle. */
export function initials(name: string, handle: string): string {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const first = parts[0] ?? handle;
  const last = parts.length > 1 ? parts.at(-1) : undefined;
  const firstLetter = (text: string | undefined) => (text ? (Array.from(text)[0] ?? "") : "");
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}
