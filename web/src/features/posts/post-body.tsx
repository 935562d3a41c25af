import { useState } from "react";
import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { RichText } from "../text/rich-text.tsx";

/** A text that exceeds one of these is collapsed in lists. */
const COLLAPSE_FROM_CHARS = 640;
const COLLAPSE_FROM_LINES = 12;

/** The text of a post. In lists, a long text is collapsed and has a button that expands it. */
export function PostBody({ text, isFull }: { text: string; isFull: boolean }) {
  const t = useT();
  const [isExpanded, setExpanded] = useState(false);
  const isLong =
    !isFull &&
    (text.length > COLLAPSE_FROM_CHARS ||
      text.split("\n", COLLAPSE_FROM_LINES + 1).length > COLLAPSE_FROM_LINES);
  const isCollapsed = isLong && !isExpanded;
  return (
    <>
      <RichText
        text={text}
        className={cx(
          isFull && "text-reading",
          isCollapsed && "max-h-60 overflow-hidden [mask-image:linear-gradient(#000_75%,transparent)]",
        )}
      />
      {isLong ? (
        <button
          type="button"
          aria-expanded={isExpanded}
          onClick={() => setExpanded(!isExpanded)}
          className="touch mt-1 rounded-sm py-1 text-sm font-semibold text-accent hover:underline"
        >
          {isExpanded ? t.posts.showLess : t.posts.showMore}
        </button>
      ) : null}
    </>
  );
}
