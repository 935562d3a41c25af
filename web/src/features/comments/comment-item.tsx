import { CircleAlert, Link2, Minus, Plus, Reply, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { cx } from "../../ui/cx.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { copyLink } from "../../ui/share-link.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { RelativeTime } from "../../ui/time/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { useMe } from "../session/session.queries.ts";
import { RichText } from "../text/rich-text.tsx";
import { VoteButtons } from "../votes/vote-buttons.tsx";
import type { CommentRow } from "./comment.tree.ts";
import { deleteOwnComment, discardComment, retryComment } from "./comments.mutations.ts";

const ICON = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;
const SMALL =
  "inline-flex h-8 items-center gap-1.5 rounded-full px-2 text-sm font-medium text-muted transition-colors duration-150 hover:bg-sunken hover:text-ink pointer-coarse:min-h-11";

export interface CommentItemProps {
  row: CommentRow;
  postAuthorId: string;
  isTarget: boolean;
  onToggle: (id: string) => void;
  /** Null where one cannot reply: the server does not know this comment yet, or it was deleted. */
  onReply: (() => void) | null;
  ref?: ((node: Element | null) => void) | undefined;
  /** The reply composer, while it is open here. */
  children?: ReactNode;
}

/** One comment with the lines of the threads it stands in; each line folds its thread. */
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
          <span className="h-full w-px bg-line transition-colors duration-150 group-hover:w-0.5 group-hover:bg-accent" />
        </button>
      ))}
      <div className={cx("min-w-0 flex-1 pt-2.5", isCollapsed ? "pb-2" : "pb-0.5")}>
        <Head
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
              <LocalState comment={comment} />
            ) : comment.deletedAt ? null : (
              <footer className="mt-0.5 -ml-1.5 flex items-center gap-0.5">
                <VoteButtons kind="comment" item={comment} size={18} />
                {onReply ? (
                  <button type="button" data-action="comment" onClick={onReply} className={SMALL}>
                    <Reply size={16} strokeWidth={1.75} aria-hidden />
                    {t.comments.reply}
                  </button>
                ) : null}
                <CommentMenu row={row} />
              </footer>
            )}
            {isLocal ? null : children}
          </div>
        )}
      </div>
    </article>
  );
}

function Head({
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

/** On its way, or not sent with the reason and what can be done. */
function LocalState({ comment }: { comment: CommentRow["comment"] }) {
  const t = useT();
  if (comment.local?.state === "sending") {
    return (
      <p className="flex items-center gap-2 py-1.5 text-sm text-muted">
        <Spinner size={14} />
        {t.comments.sending}
      </p>
    );
  }
  return (
    <div role="alert" className="my-1 flex flex-wrap items-center gap-x-3 text-sm text-bad">
      <span className="inline-flex items-center gap-1.5">
        <CircleAlert size={16} strokeWidth={1.75} aria-hidden />
        {t.comments.failed} {errorText(comment.local?.error, t)}
      </span>
      <span className="flex gap-1">
        <button
          type="button"
          onClick={() => retryComment(comment)}
          className={cx(SMALL, "text-ink underline")}
        >
          {t.common.retry}
        </button>
        <button type="button" onClick={() => discardComment(comment)} className={SMALL}>
          {t.comments.discard}
        </button>
      </span>
    </div>
  );
}

function CommentMenu({ row: { comment } }: { row: CommentRow }) {
  const t = useT();
  const me = useMe();
  const [isAsked, setAsked] = useState(false);
  const [isPending, setPending] = useState(false);
  const remove = async () => {
    setPending(true);
    try {
      await deleteOwnComment(comment.postId, comment.id);
      setAsked(false);
    } catch (error) {
      toast({ text: errorText(error, t), tone: "bad" });
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Menu label={t.comments.more} className="size-8">
        <MenuItem
          icon={<Link2 {...ICON} />}
          onSelect={() => void copyLink(`/posts/${comment.postId}#comment-${comment.id}`)}
        >
          {t.comments.link}
        </MenuItem>
        {me && me.id === comment.author?.id ? (
          <MenuItem tone="danger" icon={<Trash2 {...ICON} />} onSelect={() => setAsked(true)}>
            {t.comments.delete}
          </MenuItem>
        ) : null}
      </Menu>
      {isAsked ? (
        <ConfirmDialog
          title={t.comments.deleteTitle}
          text={t.comments.deleteText}
          confirmLabel={t.comments.delete}
          pending={isPending}
          onConfirm={() => void remove()}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}
