import { CircleHelp, CornerDownRight } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, useId } from "react";
import { Link, useLocation } from "wouter";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { cx } from "../../ui/cx.ts";
import { RelativeTime } from "../../ui/time/time.tsx";
import { PostActions } from "./post-actions.tsx";
import { PostBody } from "./post-body.tsx";
import { PostMenu } from "./post-menu.tsx";

export interface PostCardProps {
  post: PostView;
  /** "full" on the post's own page: the text is not collapsed and the card is no link. */
  variant?: "card" | "full";
  /** Hides "Answer to …" on the page of the question. */
  isUnderQuestion?: boolean;
  onDeleted?: () => void;
  ref?: Ref<HTMLElement>;
}

/**
 * A post, question or answer with author, text and actions. In lists the whole card is clickable and opens
 * the post; middle click and Ctrl or Cmd + click open a new tab. With the focus on the card, Enter or "o"
 * opens it.
 */
export function PostCard({ post, variant = "card", isUnderQuestion = false, onDeleted, ref }: PostCardProps) {
  const t = useT();
  const [, navigate] = useLocation();
  const id = useId();
  const path = `/posts/${post.id}`;
  const isFull = variant === "full";

  const open = (event: MouseEvent | KeyboardEvent, isNewTab: boolean) => {
    const control = (event.target as HTMLElement).closest(
      "a, button, input, textarea, pre, dialog, [role=menu]",
    );
    if (control && event.currentTarget.contains(control)) return;
    if (isNewTab) window.open(path, "_blank", "noopener");
    else navigate(path);
  };
  const handlers = isFull
    ? {}
    : {
        onClick: (event: MouseEvent) => {
          // Selecting text with the mouse ends in a click as well.
          if (getSelection()?.isCollapsed === false) return;
          open(event, event.metaKey || event.ctrlKey);
        },
        onAuxClick: (event: MouseEvent) => {
          if (event.button === 1) open(event, true);
        },
        onKeyDown: (event: KeyboardEvent) => {
          if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== "o")) return;
          event.preventDefault();
          navigate(path);
        },
      };

  return (
    <article
      ref={ref}
      data-item
      data-post={post.id}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the articles of a feed are focusable, and Enter opens them
      tabIndex={0}
      aria-labelledby={`${id}-by`}
      aria-describedby={`${id}-text`}
      {...handlers}
      className={cx(
        "relative flex gap-3 border-b border-line px-4 pt-3.5 pb-1.5 -outline-offset-2",
        !isFull && "cursor-pointer transition-colors duration-120 hover:bg-surface",
      )}
    >
      <Link href={`/@${post.author.handle}`} tabIndex={-1} aria-hidden className="h-fit rounded-full">
        <Avatar person={post.author} />
      </Link>
      <div className="min-w-0 flex-1">
        <header className="flex min-h-6 items-start gap-2">
          <div id={`${id}-by`} className="flex min-w-0 flex-1 items-baseline gap-1.5">
            <Link href={`/@${post.author.handle}`} className="truncate font-semibold hover:underline">
              {post.author.name}
            </Link>
            <span className="hidden min-w-0 truncate text-sm text-muted min-[26rem]:inline">
              @{post.author.handle}
            </span>
            <span aria-hidden className="text-muted">
              ·
            </span>
            <Link href={path} className="shrink-0 text-sm text-muted hover:underline">
              <RelativeTime iso={post.createdAt} />
            </Link>
          </div>
          <div className="-mt-1.5 -mr-2">
            <PostMenu post={post} {...(onDeleted ? { onDeleted } : {})} />
          </div>
        </header>
        {post.kind === "answer" && post.question && !isUnderQuestion ? (
          <Link
            href={`/posts/${post.question.id}`}
            className="mb-1.5 flex items-start gap-1.5 text-sm text-muted hover:text-ink hover:underline"
          >
            <CornerDownRight size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0" />
            <span className={isFull ? "" : "line-clamp-2"}>
              {t.posts.answerTo} <span className="font-medium text-ink">{post.question.title}</span>
            </span>
          </Link>
        ) : null}
        <div id={`${id}-text`}>
          {post.kind === "question" ? (
            <Marker icon={<CircleHelp size={14} strokeWidth={2} aria-hidden />}>{t.posts.question}</Marker>
          ) : null}
          {post.title ? (
            <h2 className={cx("mb-1 font-bold text-pretty", isFull ? "text-xl" : "text-lg leading-snug")}>
              {post.title}
            </h2>
          ) : null}
          <PostBody text={post.body} isFull={isFull} />
        </div>
        <PostActions post={post} />
      </div>
    </article>
  );
}

/** A small label with an icon, such as "Question". */
function Marker({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="mb-1.5 inline-flex items-center gap-1 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-semibold text-accent">
      {icon}
      {children}
    </p>
  );
}
