/** Pure: the mention that is being typed, and the text once somebody is picked. */

const TYPING = /(?:^|[^\p{L}\p{N}_@#/&.-])@([a-z0-9_]{1,30})$/iu;

/** The handle's beginning left of the caret, or null when no mention is being typed. */
export function mentionAt(text: string, caret: number): string | null {
  return TYPING.exec(text.slice(Math.max(0, caret - 40), caret))?.[1]?.toLowerCase() ?? null;
}

/** Puts the picked handle in place of what was typed, with one space behind it. */
export function insertMention(
  text: string,
  caret: number,
  typed: string,
  handle: string,
): { text: string; caret: number } {
  const before = `${text.slice(0, caret - typed.length)}${handle} `;
  const after = text.slice(caret);
  return { text: before + (after.startsWith(" ") ? after.slice(1) : after), caret: before.length };
}
