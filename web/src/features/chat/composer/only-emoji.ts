const EMOJI_MAX = 3;
// Approximates \p{RGI_Emoji}, which takes a third of a second to compile.
const EMOJI_CHARACTERS =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F)+$/u;
const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** True for one to three emoji and nothing else: such messages are shown large. */
export function isOnlyEmoji(text: string): boolean {
  const bare = text.length > EMOJI_MAX * 16 ? "" : text.replaceAll(/\s/g, "");
  return EMOJI_CHARACTERS.test(bare) && [...characters.segment(bare)].length <= EMOJI_MAX;
}
