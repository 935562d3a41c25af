/** Who a demo text names: the texts are ours, so the plainest pattern does. */
export const mentionsOf = (text: string): string[] =>
  [...text.matchAll(/@([a-z]+)/g)].map((found) => found[1] ?? "");
