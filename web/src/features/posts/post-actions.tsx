import { Lightbulb, MessageCircle, Share2 } from "lucide-react";
import { Link } from "wouter";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { Count } from "../../ui/count.tsx";
import { cx } from "../../ui/cx.ts";
import { sharePath } from "../../ui/share-link.ts";
import { VoteButtons } from "../votes/vote-buttons.tsx";

const ACTION =
  "inline-flex h-9 items-center gap-1.5 rounded-full px-2 text-sm font-medium text-muted transition-colors duration-120 hover:bg-sunken hover:text-ink pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:justify-center";

/** The row below a post: votes, the number of answers and comments as links to them, and the share button. */
export function PostActions({ post }: { post: PostView }) {
  const t = useT();
  const path = `/posts/${post.id}`;
  return (
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
  );
}
