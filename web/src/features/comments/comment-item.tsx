import { Reply } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { RichText } from "../text/rich-text.tsx";
import { VoteButtons } from "../votes/vote-buttons.tsx";
import type { CommentRow } from "./comment.tree.ts";
import { COMMENT_ACTION_CLASS } from "./comment-action-class.ts";
import { CommentHeader } from "./comment-header.tsx";
import { CommentMenu } from "./comment-menu.tsx";
import { LocalCommentStatus } from "./local-comment-status.tsx";

export interface CommentItemProps {
  row: CommentRow;
  postAuthorId: string;
  /** Highlighted, because the address names this comment. */
  isTarget: boolean;
  onToggle: (id: string) => void;
  /** Null when replies are impossible: signed out, not confirmed by the server yet, or deleted. */
  onReply: (() => void) | null;
  ref?: ((node: Element | null) => void) | undefined;
  /** The reply composer while it is open. */
  children?: ReactNode;
}

/**
 * One comment: header, text, votes, reply button and menu. The vertical lines on the left stand for the
 * comments above it; a press on one collapses that thread. Unconfirmed comments show their status instead of
 * the actions.
 */
export function CommentItem({
  row,
  postAuthorId,
  isTarget,
  onToggle,
  onReply,
  ref,
  children,
}: CommentItemProps) {
  const t = useT();
  const { comment, above, below, isCollapsed } = row;
  const name = comment.author?.name ?? t.comments.deleted;
  const isLocal = comment.local !== undefined;
  return (
    <article
      ref={ref}
      id={`comment-${comment.id}`}
      data-item
      tabIndex={-1}
      aria-label={name}
      className={cx(
        "relative flex scroll-mt-20 scroll-mb-[calc(var(--bar)+1rem)] pr-4 pl-4 -outline-offset-2 transition-colors duration-700",
        isTarget && "bg-accent-soft",
        comment.local?.state === "sending" && "opacity-70",
      )}
    >
      {above.map((id) => (
        <button
          key={id}
          type="button"
          tabIndex={-1}
          aria-hidden
          onClick={() => onToggle(id)}
          className="group flex w-4 shrink-0 cursor-pointer justify-center sm:w-7"
        >
          <span className="h-full w-px bg-line transition-colors duration-120 group-hover:w-0.5 group-hover:bg-accent" />
        </button>
      ))}
      <div className={cx("min-w-0 flex-1 pt-2.5", isCollapsed ? "pb-2" : "pb-0.5")}>
        <CommentHeader
          row={row}
          isPostAuthor={comment.author?.id === postAuthorId}
          onToggle={() => onToggle(comment.id)}
        />
        {isCollapsed ? (
          <button
            type="button"
            onClick={() => onToggle(comment.id)}
            className="touch mt-0.5 ml-10 text-sm font-medium text-accent hover:underline"
          >
            {below > 0 ? t.comments.hidden(below) : t.comments.expand}
          </button>
        ) : (
          <div className="pl-10">
            {comment.body === null ? (
              <p className="py-1 text-muted italic">{t.comments.deleted}</p>
            ) : (
              <RichText text={comment.body} />
            )}
            {comment.local ? (
              <LocalCommentStatus comment={comment} />
            ) : comment.deletedAt ? null : (
              <footer className="mt-0.5 -ml-1.5 flex items-center gap-0.5">
                <VoteButtons kind="comment" item={comment} size={18} />
                {onReply ? (
                  <button
                    type="button"
                    data-action="comment"
                    onClick={onReply}
                    className={COMMENT_ACTION_CLASS}
                  >
                    <Reply size={16} strokeWidth={1.75} aria-hidden />
                    {t.comments.reply}
                  </button>
                ) : null}
                <CommentMenu comment={comment} />
              </footer>
            )}
            {isLocal ? null : children}
          </div>
        )}
      </div>
    </article>
  );
}
