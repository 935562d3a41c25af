import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useEffect } from "react";
import { ApiError } from "../api/api-error.ts";
import { usePostRoom } from "../app/live/use-post-room.ts";
import { goBack } from "../browser/in-app-history.ts";
import { useShortcut } from "../browser/shortcuts.ts";
import { CommentThread } from "../features/comments/comment-thread.tsx";
import { Answers } from "../features/posts/answers.tsx";
import { PostCard } from "../features/posts/post-card.tsx";
import { postQuery } from "../features/posts/posts.queries.ts";
import { useMe } from "../features/session/session.queries.ts";
import { useT } from "../i18n/index.ts";
import type { PostView } from "../realtime/views.ts";
import { ButtonLink } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Page } from "../ui/page.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

const TITLE_CHARS = 60;

/**
 * A post, question or answer with its answers and comments, updated live. Shows when the post was deleted.
 */
export default function PostPage({ id }: { id: string }) {
  const t = useT();
  const query = useQuery(postQuery(id));
  usePostRoom(id, query.data !== undefined && !query.isError);
  const post = query.data;
  const isGone = query.error instanceof ApiError && query.error.code === "GONE";

  if (isGone) {
    return (
      <Page title={t.posts.post} documentTitle={t.posts.gone} back="/">
        <EmptyState
          icon={<Trash2 size={26} strokeWidth={1.75} />}
          title={t.posts.gone}
          text={t.posts.goneText}
          action={<ButtonLink href="/">{t.posts.goHome}</ButtonLink>}
        />
      </Page>
    );
  }
  if (!post) {
    return (
      <Page title={t.posts.post} back="/">
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonRows count={4} lines={3} />
        )}
      </Page>
    );
  }
  return <Thread post={post} />;
}

/** The loaded page. Shortcuts: "r" replies to the focused comment, "c" focuses the comment composer. */
function Thread({ post }: { post: PostView }) {
  const t = useT();
  const me = useMe();
  const excerpt = (post.title ?? post.body).slice(0, TITLE_CHARS);
  useSectionFromHash();
  useShortcut(me ? "r" : null, t.comments.reply, () => {
    const item = document.activeElement?.closest<HTMLElement>("[data-item]");
    const action = item?.querySelector<HTMLElement>("button[data-action=comment]");
    if (action) action.click();
    else focusComposer();
  });
  useShortcut(me ? "c" : null, t.shell.keys.comment, focusComposer);
  return (
    <Page
      title={
        post.kind === "question" ? t.posts.question : post.kind === "answer" ? t.posts.answer : t.posts.post
      }
      documentTitle={t.posts.titleBy(post.author.name, excerpt)}
      back={post.question ? `/posts/${post.question.id}` : "/"}
    >
      <PostCard post={post} variant="full" onDeleted={() => goBack("/")} />
      {post.kind === "question" ? <Answers question={post} /> : null}
      <CommentThread post={post} />
    </Page>
  );
}

function focusComposer(): void {
  document.querySelector<HTMLElement>("#comments textarea")?.focus();
}

/**
 * Scrolls to the section that `#comments` or `#answers` in the address names, and focuses the composer of the
 * comments.
 */
function useSectionFromHash(): void {
  useEffect(() => {
    const section = location.hash.slice(1);
    if (section === "comments" || section === "answers") {
      document.getElementById(section)?.scrollIntoView({ block: "start" });
      if (section === "comments" && matchMedia("(pointer: fine)").matches) focusComposer();
    }
  }, []);
}
