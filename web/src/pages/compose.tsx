import { useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { ApiError } from "../api/api-error.ts";
import { useDraft } from "../api/drafts.ts";
import { errorText } from "../api/error-text.ts";
import { newIdempotencyKey } from "../api/idempotency-key.ts";
import { goBack } from "../browser/in-app-history.ts";
import { type ComposeKind, KindPicker } from "../features/posts/kind-picker.tsx";
import {
  BODY_MAX_CHARS,
  type NewPost,
  publish,
  TITLE_MAX_CHARS,
  TITLE_MIN_CHARS,
} from "../features/posts/posts.mutations.ts";
import { type Me, useMe } from "../features/session/session.queries.ts";
import { MentionArea } from "../features/text/mention-area.tsx";
import { useT } from "../i18n/index.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/form/text-field.tsx";
import { Page } from "../ui/page.tsx";
import { toast } from "../ui/toast.tsx";

/** The page that writes a post, or with `?kind=question` a question. */
export default function ComposePage() {
  const me = useMe();
  return me ? <Compose me={me} /> : null;
}

/**
 * The draft is stored on this device until it is published or discarded; both kinds share its text.
 * Validation errors are shown after the first attempt. Ctrl or Cmd + Enter publishes.
 */
function Compose({ me }: { me: Me }) {
  const t = useT();
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const kind: ComposeKind = params.get("kind") === "question" ? "question" : "post";
  const [title, setTitle] = useDraft(`new.${me.id}.title`);
  const [text, setText] = useDraft(`new.${me.id}.body`);
  const [isPending, setPending] = useState(false);
  const [isConfirmingDiscard, setConfirmingDiscard] = useState(false);
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const key = useRef(newIdempotencyKey());

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
    // A changed text is another post; only the same text sent again has the same key.
    key.current = newIdempotencyKey();
  };
  const send = async () => {
    setWasSubmitted(true);
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
        <KindPicker
          kind={kind}
          onChange={(next) => setParams(next === "question" ? { kind: next } : {}, { replace: true })}
        />
        {kind === "question" ? (
          <TextField
            label={t.posts.titleLabel}
            placeholder={t.posts.titlePlaceholder}
            value={title}
            error={wasSubmitted || question.length > TITLE_MAX_CHARS ? titleError : null}
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
              error={error ?? (wasSubmitted || body.length > BODY_MAX_CHARS ? bodyError : null)}
              rows={7}
              bare
              autoFocus={kind === "post"}
              className="min-h-44 pt-2 text-[1.0625rem] leading-relaxed"
            />
          </div>
        </div>
        <div className="flex items-center gap-3 border-t border-line pt-3 text-sm text-muted">
          <span className="min-w-0 flex-1">
            {isEmpty ? (
              <span className="hidden pointer-fine:inline">{t.posts.sendHint}</span>
            ) : (
              t.posts.draftKept
            )}
          </span>
          {isEmpty ? null : (
            <Button size="sm" variant="ghost" onClick={() => setConfirmingDiscard(true)}>
              {t.posts.discard}
            </Button>
          )}
        </div>
      </form>
      {isConfirmingDiscard ? (
        <ConfirmDialog
          title={t.posts.discardTitle}
          text={t.posts.discardText}
          confirmLabel={t.posts.discard}
          onConfirm={discard}
          onClose={() => setConfirmingDiscard(false)}
        />
      ) : null}
    </Page>
  );
}
