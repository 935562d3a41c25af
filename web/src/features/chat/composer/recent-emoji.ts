import { EMOJI, type Emoji } from "./emoji-set.ts";

const KEY = "plaza.emoji";
const RECENT_MAX = 16;

/** The emoji picked last on this device, newest first. */
export function recentEmoji(): Emoji[] {
  let kept: unknown = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    // Storage is unavailable or its content invalid: there are none.
  }
  if (!Array.isArray(kept)) return [];
  const all = new Map(EMOJI.flatMap(({ items }) => items.map((item) => [item.emoji, item])));
  return kept.map((emoji) => all.get(emoji)).filter((item) => item !== undefined);
}

/** Moves or adds an emoji to the front of the recent ones. */
export function rememberEmoji(emoji: string): void {
  const others = recentEmoji().map((item) => item.emoji);
  const next = [emoji, ...others.filter((other) => other !== emoji)].slice(0, RECENT_MAX);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage recent emoji are not kept.
  }
}
