const EMOJI_MAX = 3;
const ONLY = new RegExp(String.raw`^(?:\p{RGI_Emoji}){1,${EMOJI_MAX}}$`, "v");

/** Whether a message is one to three emoji and nothing else: those are drawn large. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= EMOJI_MAX * 16 && ONLY.test(text.replaceAll(/\s/g, ""));
}
