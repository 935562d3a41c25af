import { CircleHelp, CornerDownRight, Lightbulb, MessageCircle, Share2 } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, useId, useState } from "react";
import { Link, useLocation } from "wouter";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Count } from "../../ui/count.tsx";
import { cx } from "../../ui/cx.ts";
import { sharePath } from "../../ui/share-link.ts";
import { RelativeTime } from "../../ui/time/time.tsx";
import { RichText } from "../text/rich-text.tsx";
import { VoteButtons } from "../votes/vote-buttons.tsx";
import { PostMenu } from "./post-menu.tsx";

const LONG_CHARS = 640;
const LONG_LINES = 12;

const ACTION =
  "inline-flex h-9 items-center gap-1.5 rounded-full px-2 text-sm font-medium text-muted transition-colors duration-150 hover:bg-sunken hover:text-ink pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:justify-center";

export interface PostCardProps {
  post: PostView;
  /** "full" on its own page: nothing is cut, and the card leads nowhere. */
  variant?: "card" | "full";
  /** Leaves out "Answer to …" where the question stands above. */
  isUnderQuestion?: boolean;
  onDeleted?: () => void;
  ref?: Ref<HTMLElement>;
}

/** A post, question or answer: the atom of every list. The whole card opens the thread; what is inside still works. */
export function PostCard({ post, variant = "card", isUnderQuestion = false, onDeleted, ref }: PostCardProps) {
  const t = useT();
  const [, navigate] = useLocation();
  const id = useId();
  const path = `/posts/${post.id}`;
  const isFull = variant === "full";

  const open = (event: MouseEvent | KeyboardEvent, isNewTab: boolean) => {
    const inner = (event.target as HTMLElement).closest(
      "a, button, input, textarea, pre, dialog, [role=menu]",
    );
    if (inner && event.currentTarget.contains(inner)) return;
    if (isNewTab) window.open(path, "_blank", "noopener");
    else navigate(path);
  };
  const opens = isFull
    ? {}
    : {
        onClick: (event: MouseEvent) => {
          // Marking words with the mouse is not opening.
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
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a feed's articles take the focus, and Enter opens them
      tabIndex={0}
      aria-labelledby={`${id}-by`}
      aria-describedby={`${id}-text`}
      {...opens}
      className={cx(
        "relative flex gap-3 border-b border-line px-4 pt-3.5 pb-1.5 -outline-offset-2",
        !isFull && "cursor-pointer transition-colors duration-150 hover:bg-surface",
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
          <Body text={post.body} isFull={isFull} />
        </div>
        <footer className="mt-1 -ml-1.5 flex items-center gap-1">
          <VoteButtons kind="post" item={post} />
          {post.kind === "question" ? (
            <Link href={`${path}#answers`} className={ACTION} title={t.posts.answers(post.counts.answers)}>
              <Lightbulb size={18} strokeWidth={1.75} aria-hidden />
              <span className="sr-only">{t.posts.answers(post.counts.answers)}</span>
              <span aria-hidden>
                <Count value={post.counts.answers} />
              </span>
            </Link>
          ) : null}
          <Link
            href={`${path}#comments`}
            data-action="comment"
            className={ACTION}
            title={t.posts.comments(post.counts.comments)}
          >
            <MessageCircle size={18} strokeWidth={1.75} aria-hidden />
            <span className="sr-only">{t.posts.comments(post.counts.comments)}</span>
            <span aria-hidden>
              <Count value={post.counts.comments} />
            </span>
          </Link>
          <button
            type="button"
            aria-label={t.posts.share}
            title={t.posts.share}
            onClick={() =>
              void sharePath(path, post.title ?? t.posts.titleBy(post.author.name, post.body.slice(0, 60)))
            }
            className={cx(ACTION, "ml-auto -mr-2 px-2.5")}
          >
            <Share2 size={18} strokeWidth={1.75} aria-hidden />
          </button>
        </footer>
      </div>
    </article>
  );
}

function Marker({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="mb-1.5 inline-flex items-center gap-1 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-semibold text-accent">
      {icon}
      {children}
    </p>
  );
}

/** The words; long ones are folded in lists, with a way to unfold them on the spot. */
function Body({ text, isFull }: { text: string; isFull: boolean }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const isLong =
    !isFull && (text.length > LONG_CHARS || text.split("\n", LONG_LINES + 1).length > LONG_LINES);
  const isFolded = isLong && !isOpen;
  return (
    <>
      <RichText
        text={text}
        className={cx(
          isFull && "text-[1.0625rem] leading-relaxed",
          isFolded && "max-h-60 overflow-hidden [mask-image:linear-gradient(#000_75%,transparent)]",
        )}
      />
      {isLong ? (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="touch mt-1 rounded-sm py-1 text-sm font-semibold text-accent hover:underline"
        >
          {isOpen ? t.posts.showLess : t.posts.showMore}
        </button>
      ) : null}
    </>
  );
}
