import type { ReactNode } from "react";
import { Link } from "wouter";
import { type Token, tokenise } from "../../../../party/protocol/text.ts";
import { cx } from "../../ui/cx.ts";

const LINK_SHOWN_CHARS = 42;

/**
 * The displayed text of a link: the address without its protocol, cut off at the end when it is long. Pure.
 */
export function shortLink(text: string): string {
  const bare = text.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
  return bare.length > LINK_SHOWN_CHARS ? `${bare.slice(0, LINK_SHOWN_CHARS - 1)}…` : bare;
}

/**
 * A text with mentions, links and code as elements. The text is never used as HTML, so it cannot inject any.
 */
export function RichText({ text, className }: { text: string; className?: string }) {
  const tokens = tokenise(text.trim());
  return (
    <div className={cx("break-words whitespace-pre-wrap", className)} dir="auto">
      {tokens.map((token, index) =>
        render(withoutOuterBreaks(token, tokens[index - 1], tokens[index + 1]), index),
      )}
    </div>
  );
}

/** Removes the line breaks beside a code block, which has a margin of its own. */
function withoutOuterBreaks(token: Token, before: Token | undefined, after: Token | undefined): Token {
  if (token.kind !== "text") return token;
  let { text } = token;
  if (before?.kind === "codeBlock") text = text.replace(/^\n+/, "");
  if (after?.kind === "codeBlock") text = text.replace(/\n+$/, "");
  return { ...token, text };
}

function render(token: Token, key: number): ReactNode {
  switch (token.kind) {
    case "text":
      return token.text;
    case "mention":
      return (
        <Link key={key} href={`/@${token.handle}`} className="font-medium text-accent hover:underline">
          {token.text}
        </Link>
      );
    case "tag":
      return (
        <span key={key} className="font-medium">
          {token.text}
        </span>
      );
    case "link":
      return (
        <a
          key={key}
          href={token.href}
          title={token.href}
          target="_blank"
          rel="nofollow ugc noopener noreferrer"
          className="[overflow-wrap:anywhere] text-accent underline decoration-1 underline-offset-3 hover:decoration-2"
        >
          {shortLink(token.text)}
        </a>
      );
    case "code":
      return (
        <code key={key} className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-code">
          {token.text}
        </code>
      );
    case "codeBlock":
      return (
        <pre
          key={key}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: wide code must be scrollable with the keyboard
          tabIndex={0}
          className="my-2 overflow-x-auto rounded-card border border-line bg-sunken p-3 font-mono text-code whitespace-pre"
        >
          <code>{token.text}</code>
        </pre>
      );
    default:
      return token satisfies never;
  }
}
