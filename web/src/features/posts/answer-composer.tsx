import { useRef, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import { useDraft, writeDraft } from "../../api/drafts.ts";
import { errorText } from "../../api/error-text.ts";
import { newIdempotencyKey } from "../../api/idempotency-key.ts";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import { type Me, useMe } from "../session/session.queries.ts";
import { signInHref } from "../session/use-sign-in-gate.ts";
import { MentionArea } from "../text/mention-area.tsx";
import { BODY_MAX_CHARS, publish } from "./posts.mutations.ts";

interface AnswerComposerProps {
  question: PostView;
  onPublished: (answerId: string) => void;
}

/** The composer of an answer. Signed out, it is a link to the sign-in page. */
export function AnswerComposer(props: AnswerComposerProps) {
  const t = useT();
  const me = useMe();
  if (me) return <AnswerForm me={me} {...props} />;
  return (
    <div className="flex justify-center border-b border-line px-4 py-4">
      <ButtonLink href={signInHref()} variant="secondary">
        {t.posts.signInToAnswer}
      </ButtonLink>
    </div>
  );
}

/**
 * Two lines until there is a text; then larger, with a button. Ctrl or Cmd + Enter publishes. The draft is
 * stored.
 */
function AnswerForm({ me, question, onPublished }: AnswerComposerProps & { me: Me }) {
  const t = useT();
  const draft = `answer.${me.id}.${question.id}`;
  const [text, setText] = useDraft(draft);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const key = useRef(newIdempotencyKey());

  const body = text.trim();
  const isTooLong = body.length > BODY_MAX_CHARS;
  const send = async () => {
    if (!body || isTooLong || isPending) return;
    setPending(true);
    setError(null);
    try {
      const answer = await publish({ kind: "answer", questionId: question.id, body }, key.current);
      onPublished(answer.id);
      key.current = newIdempotencyKey();
      setText("");
      // Also when this form was left meanwhile.
      writeDraft(draft, "");
      toast({ text: t.posts.answerSent, tone: "good" });
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(errorText(failure, t));
    } finally {
      setPending(false);
    }
  };
  return (
    <form
      className="flex gap-3 border-b border-line px-4 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Avatar person={me} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <MentionArea
          label={t.posts.answerLabel}
          placeholder={t.posts.answerPlaceholder}
          value={text}
          onChange={(next) => {
            setText(next);
            // A changed text is another answer; only the same text sent again has the same key.
            key.current = newIdempotencyKey();
          }}
          onSubmit={() => void send()}
          maxLength={BODY_MAX_CHARS}
          error={isTooLong ? t.posts.bodyTooLong : error}
          rows={text ? 4 : 2}
          className="max-h-[60dvh]"
        />
        {text ? (
          <div className="mt-2 flex items-center justify-end gap-2">
            <span className="mr-auto text-sm text-muted">{t.posts.draftKept}</span>
            <Button size="sm" type="submit" pending={isPending} disabled={!body || isTooLong}>
              {t.posts.answerButton}
            </Button>
          </div>
        ) : null}
      </div>
    </form>
  );
}
