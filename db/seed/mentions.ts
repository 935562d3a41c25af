/** Handles mentioned in a demo text. A simple pattern is enough for texts written for the seed. */
export const mentionsOf = (text: string): string[] =>
  [...text.matchAll(/@([a-z]+)/g)].map((found) => found[1] ?? "");
