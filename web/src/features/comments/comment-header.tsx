import { Minus, Plus } from "lucide-react";
import { Link } from "wouter";
import { useT } from "../../i18n/index.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { RelativeTime } from "../../ui/time/time.tsx";
import type { CommentRow } from "./comment.tree.ts";

/**
 * Author, time and the button that collapses the thread below a comment. The time links to the comment; a
 * deleted comment has no author.
 */
export function CommentHeader({
  row,
  isPostAuthor,
  onToggle,
}: {
  row: CommentRow;
  isPostAuthor: boolean;
  onToggle: () => void;
}) {
  const t = useT();
  const { comment, isCollapsed } = row;
  const { author } = comment;
  return (
    <header className="flex items-center gap-2">
      {author ? (
        <Link href={`/@${author.handle}`} tabIndex={-1} aria-hidden className="rounded-full">
          <Avatar person={author} size="sm" />
        </Link>
      ) : (
        <span aria-hidden className="size-8 shrink-0 rounded-full border border-dashed border-line-strong" />
      )}
      <div className="flex min-w-0 flex-1 items-baseline gap-1.5">
        {author ? (
          <>
            <Link href={`/@${author.handle}`} className="truncate font-semibold hover:underline">
              {author.name}
            </Link>
            <span className="hidden min-w-0 truncate text-sm text-muted sm:inline">@{author.handle}</span>
            {isPostAuthor ? (
              <span className="shrink-0 rounded-full bg-accent-soft px-1.5 text-xs font-semibold text-accent">
                {t.comments.author}
              </span>
            ) : null}
            <span aria-hidden className="text-muted">
              ·
            </span>
          </>
        ) : null}
        <a href={`#comment-${comment.id}`} className="shrink-0 text-sm text-muted hover:underline">
          <RelativeTime iso={comment.createdAt} />
        </a>
      </div>
      {row.below > 0 || isCollapsed ? (
        <button
          type="button"
          aria-expanded={!isCollapsed}
          aria-label={isCollapsed ? t.comments.expand : t.comments.collapse(author?.name ?? "")}
          title={isCollapsed ? t.comments.expand : t.comments.collapse(author?.name ?? "")}
          onClick={onToggle}
          className="touch -mr-2 inline-flex size-8 shrink-0 items-center justify-center rounded-full text-muted hover:bg-sunken hover:text-ink"
        >
          {isCollapsed ? <Plus size={16} strokeWidth={1.75} /> : <Minus size={16} strokeWidth={1.75} />}
        </button>
      ) : null}
    </header>
  );
}
