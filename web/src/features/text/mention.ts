/** Finds the mention that is being typed and completes it. Pure. */

const TYPING = /(?:^|[^\p{L}\p{N}_@#/&.-])@([a-z0-9_]{1,30})$/iu;

/** The part of a handle between "@" and the caret, in lower case; null when no mention is being typed. */
export function mentionAt(text: string, caret: number): string | null {
  return TYPING.exec(text.slice(Math.max(0, caret - 40), caret))?.[1]?.toLowerCase() ?? null;
}

/**
 * Replaces the typed part by the picked handle and one space. Returns the text and the new caret position.
 */
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
