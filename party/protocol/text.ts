/**
 * The tokenizer of post text, for the browser, which renders the tokens, and the server, which finds mentions. Tokens are fenced
 * code blocks, inline `code`, @mentions, #tags, http(s) links and plain text. One pass in linear time: every pattern is anchored
 * (sticky) and bounded, and no character is scanned twice.
 */

export type Token =
  | { kind: "text"; text: string }
  | { kind: "mention"; text: string; handle: string }
  | { kind: "tag"; text: string; tag: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "code"; text: string }
  | { kind: "codeBlock"; text: string; language: string | null };

/** The number of people that one text can mention. */
export const MENTIONS_MAX = 20;
export const URL_MAX_CHARS = 2048;

/** A handle: a letter, then 2 to 29 letters, digits or _. Compared in lower case. */
const MENTION = /@([A-Za-z][A-Za-z0-9_]{2,29})(?![\p{L}\p{N}_@])/uy;
/** A tag must contain a letter: #1 is a number. */
const TAG = /#([\p{L}\p{N}_]{1,50})(?![\p{L}\p{N}_])/uy;
/** A link contains no spaces, quotes, angle brackets, backticks, control characters or bidirectional marks. */
const LINK = /https?:\/\/[^\s<>"`\p{C}]{1,2040}/iuy;
const INTERESTING = /[`@#]|https?:\/\//giu;
const HAS_LETTER = /\p{L}/u;
const WORD_BEFORE = /[\p{L}\p{N}_@#/&]$/u;
const FENCE_OPEN = /^ {0,3}```([a-z0-9+#.-]{0,20})[ \t]*$/i;
const FENCE_CLOSE = /^ {0,3}```[ \t]*$/;

/** Splits a text into tokens. Their source joined is the whole text, except for the fences of code blocks. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let prose: string[] = [];
  let block: { language: string | null; lines: string[] } | null = null;
  const endProse = () => {
    if (prose.length > 0) scanProse(prose.join("\n"), tokens);
    prose = [];
  };
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    if (block) {
      if (FENCE_CLOSE.test(line)) {
        tokens.push({ kind: "codeBlock", text: block.lines.join("\n"), language: block.language });
        block = null;
      } else {
        block.lines.push(line);
      }
      continue;
    }
    const fence = FENCE_OPEN.exec(line);
    if (fence) {
      endProse();
      block = { language: fence[1]?.toLowerCase() || null, lines: [] };
    } else {
      prose.push(line);
    }
  }
  // As in CommonMark, a code block without a closing fence ends with the text.
  if (block) tokens.push({ kind: "codeBlock", text: block.lines.join("\n"), language: block.language });
  endProse();
  return tokens;
}

/** The handles that a text mentions outside code: in lower case, each once, in order, at most MENTIONS_MAX. */
export function mentionsIn(text: string): string[] {
  const handles = new Set<string>();
  for (const token of tokenise(text)) {
    if (token.kind === "mention") handles.add(token.handle);
    if (handles.size === MENTIONS_MAX) break;
  }
  return [...handles];
}

function scanProse(text: string, tokens: Token[]): void {
  let plainFrom = 0;
  let at = 0;
  const take = (token: Token, length: number) => {
    if (at > plainFrom) tokens.push({ kind: "text", text: text.slice(plainFrom, at) });
    tokens.push(token);
    at += length;
    plainFrom = at;
  };
  for (;;) {
    INTERESTING.lastIndex = at;
    const next = INTERESTING.exec(text);
    if (!next) break;
    at = next.index;
    const found = tokenAt(text, at);
    if (found.token) take(found.token, found.length);
    else at += found.length;
  }
  if (plainFrom < text.length) tokens.push({ kind: "text", text: text.slice(plainFrom) });
}

/** The token that starts at `at`. Without one, `length` is the number of characters to skip as plain text. */
function tokenAt(text: string, at: number): { token: Token | null; length: number } {
  const first = text[at];
  if (first === "`") return codeAt(text, at);
  if (first !== "@" && first !== "#") return linkAt(text, at);
  if (at > 0 && WORD_BEFORE.test(text.slice(Math.max(0, at - 2), at))) return { token: null, length: 1 };
  const pattern = first === "@" ? MENTION : TAG;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  const word = match?.[1];
  if (!match || !word || (first === "#" && !HAS_LETTER.test(word))) return { token: null, length: 1 };
  const token: Token =
    first === "@"
      ? { kind: "mention", text: match[0], handle: word.toLowerCase() }
      : { kind: "tag", text: match[0], tag: word.toLowerCase() };
  return { token, length: match[0].length };
}

/** Inline code ends at the next backtick of the same line. */
function codeAt(text: string, at: number): { token: Token | null; length: number } {
  const close = text.indexOf("`", at + 1);
  if (close === -1) return { token: null, length: 1 };
  const inside = text.slice(at + 1, close);
  // The next backtick is in another line or follows directly: this one is plain text.
  if (inside === "" || inside.includes("\n")) return { token: null, length: 1 };
  return { token: { kind: "code", text: inside }, length: inside.length + 2 };
}

function linkAt(text: string, at: number): { token: Token | null; length: number } {
  LINK.lastIndex = at;
  const match = LINK.exec(text);
  if (!match) return { token: null, length: 4 };
  const shown = trimLink(match[0]);
  const href = safeHref(shown);
  return href
    ? { token: { kind: "link", text: shown, href }, length: shown.length }
    : { token: null, length: match[0].length };
}

/** Removes trailing punctuation, which belongs to the sentence. A closing bracket stays if its opening bracket is in the link. */
function trimLink(link: string): string {
  let end = link.length;
  const count = (bracket: string) => link.split(bracket).length - 1;
  const surplus = new Map([
    [")", count(")") - count("(")],
    ["]", count("]") - count("[")],
    ["}", count("}") - count("{")],
  ]);
  for (; end > 0; end--) {
    const last = link[end - 1] ?? "";
    const over = surplus.get(last);
    if (over !== undefined) {
      if (over <= 0) break;
      surplus.set(last, over - 1);
    } else if (!".,;:!?'*_~".includes(last)) {
      break;
    }
  }
  return link.slice(0, end);
}

/** The URL, if it is http(s) and has no user name (https://bank.example@evil.example); else null. */
function safeHref(link: string): string | null {
  if (link.length > URL_MAX_CHARS || !URL.canParse(link)) return null;
  const url = new URL(link);
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.hostname !== "" && url.username === "" && url.password === "" ? url.href : null;
}
