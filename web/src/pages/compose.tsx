import { useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { ApiError, newIdempotencyKey } from "../api/client.ts";
import { useDraft } from "../api/drafts.ts";
import { errorText } from "../api/error-text.ts";
import { goBack } from "../browser/in-app-history.ts";
import {
  BODY_MAX_CHARS,
  type NewPost,
  publish,
  TITLE_MAX_CHARS,
  TITLE_MIN_CHARS,
} from "../features/posts/posts.mutations.ts";
import { useMe } from "../features/session/session.queries.ts";
import { MentionArea } from "../features/text/mention-area.tsx";
import { useT } from "../i18n/index.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/form/text-field.tsx";
import { Page } from "../ui/page.tsx";
import { toast } from "../ui/toast.tsx";

type Kind = "post" | "question";

/** Writes a post or a question. The draft stays on this device until it is published or thrown away. */
export default function ComposePage() {
  const t = useT();
  const me = useMe();
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const kind: Kind = params.get("kind") === "question" ? "question" : "post";
  const [title, setTitle] = useDraft("new.title");
  const [text, setText] = useDraft("new.body");
  const [isPending, setPending] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [isTried, setTried] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const key = useRef(newIdempotencyKey());
  if (!me) return null;

  const body = text.trim();
  const question = title.trim();
  const titleError =
    kind === "question" && question.length < TITLE_MIN_CHARS
      ? t.posts.titleTooShort
      : question.length > TITLE_MAX_CHARS
        ? t.posts.bodyTooLong
        : null;
  const bodyError = !body ? t.posts.bodyEmpty : body.length > BODY_MAX_CHARS ? t.posts.bodyTooLong : null;
  const isEmpty = !body && !question;

  const edit = (change: () => void) => {
    change();
    setError(null);
    // Other words are another post; the same words sent again are the same one.
    key.current = newIdempotencyKey();
  };
  const send = async () => {
    setTried(true);
    if (isPending || bodyError || (kind === "question" && titleError)) return;
    setPending(true);
    setError(null);
    try {
      const input: NewPost = kind === "question" ? { kind, title: question, body } : { kind, body };
      const post = await publish(input, key.current);
      setTitle("");
      setText("");
      toast({ text: t.posts.published, tone: "good" });
      navigate(`/posts/${post.id}`, { replace: true });
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(errorText(failure, t));
      setPending(false);
    }
  };
  const discard = () => {
    setTitle("");
    setText("");
    goBack("/");
  };

  return (
    <Page
      title={kind === "question" ? t.posts.writeQuestion : t.posts.writePost}
      back="/"
      actions={
        <Button size="sm" className="h-9" pending={isPending} disabled={isEmpty} onClick={() => void send()}>
          {kind === "question" ? t.posts.ask : t.posts.publish}
        </Button>
      }
    >
      <form
        className="flex flex-col gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <fieldset className="flex gap-1 self-start rounded-full border border-line bg-sunken p-1">
          <legend className="sr-only">{t.posts.kind}</legend>
          {(["post", "question"] as const).map((each) => (
            <label
              key={each}
              className={cx(
                "touch inline-flex h-9 cursor-pointer items-center rounded-full px-4 text-sm font-semibold transition-colors duration-150",
                "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
                kind === each ? "bg-surface text-ink shadow-lift" : "text-muted hover:text-ink",
              )}
            >
              <input
                type="radio"
                name="kind"
                className="sr-only"
                checked={kind === each}
                onChange={() => setParams(each === "question" ? { kind: each } : {}, { replace: true })}
              />
              {each === "question" ? t.posts.kindQuestion : t.posts.kindPost}
            </label>
          ))}
        </fieldset>
        {kind === "question" ? (
          <TextField
            label={t.posts.titleLabel}
            placeholder={t.posts.titlePlaceholder}
            value={title}
            error={isTried || question.length > TITLE_MAX_CHARS ? titleError : null}
            onChange={(event) => edit(() => setTitle(event.target.value))}
            autoFocus
            className="h-12 text-lg font-semibold"
          />
        ) : null}
        <div className="flex gap-3">
          <Avatar person={me} className="mt-1" />
          <div className="min-w-0 flex-1">
            <MentionArea
              key={kind}
              label={t.posts.bodyLabel}
              placeholder={kind === "question" ? t.posts.questionPlaceholder : t.posts.bodyPlaceholder}
              value={text}
              onChange={(next) => edit(() => setText(next))}
              onSubmit={() => void send()}
              maxLength={BODY_MAX_CHARS}
              error={error ?? (isTried || body.length > BODY_MAX_CHARS ? bodyError : null)}
              rows={7}
              bare
              autoFocus={kind === "post"}
              className="min-h-44 pt-2 text-[1.0625rem] leading-relaxed"
            />
          </div>
        </div>
        <div className="flex items-center gap-3 border-t border-line pt-3 text-sm text-muted">
          <span className="min-w-0 flex-1">{isEmpty ? <Hint /> : t.posts.draftKept}</span>
          {isEmpty ? null : (
            <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
              {t.posts.discard}
            </Button>
          )}
        </div>
      </form>
      {isAsking ? (
        <ConfirmDialog
          title={t.posts.discardTitle}
          text={t.posts.discardText}
          confirmLabel={t.posts.discard}
          onConfirm={discard}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Page>
  );
}

function Hint() {
  const t = useT();
  return <span className="hidden pointer-fine:inline">{t.posts.sendHint}</span>;
}
