import { EMOJI, type Emoji } from "./emoji-set.ts";

const KEY = "plaza.emoji";
const KEPT = 16;

/** What was picked lately on this device, the newest first. */
export function recentEmoji(): Emoji[] {
  let kept: unknown = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    // Unreadable or forbidden: then nothing was.
  }
  if (!Array.isArray(kept)) return [];
  const all = new Map(EMOJI.flatMap(({ items }) => items.map((item) => [item.emoji, item])));
  return kept.map((emoji) => all.get(emoji)).filter((item) => item !== undefined);
}

/** Puts an emoji first among the recent ones. */
export function rememberEmoji(emoji: string): void {
  const others = recentEmoji().map((item) => item.emoji);
  const next = [emoji, ...others.filter((other) => other !== emoji)].slice(0, KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage nothing is remembered.
  }
}
