import { useInfiniteQuery } from "@tanstack/react-query";
import { Lightbulb } from "lucide-react";
import { useRef, useState } from "react";
import { ApiError, newIdempotencyKey } from "../../api/client.ts";
import { useDraft, writeDraft } from "../../api/drafts.ts";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { InfiniteList } from "../../ui/list/infinite-list.tsx";
import { toast } from "../../ui/toast.tsx";
import { useMe } from "../session/session.queries.ts";
import { signInHref } from "../session/use-sign-in-gate.ts";
import { MentionArea } from "../text/mention-area.tsx";
import { PostCard } from "./post-card.tsx";
import { BODY_MAX_CHARS, publish } from "./posts.mutations.ts";
import { answersQuery } from "./posts.queries.ts";

/** A question's answers, best first, and a place to write one. */
export function Answers({ question }: { question: PostView }) {
  const t = useT();
  const query = useInfiniteQuery(answersQuery(question.id));
  return (
    <section id="answers" aria-label={t.posts.answersTitle(question.counts.answers)} className="scroll-mt-16">
      <h2 className="px-4 pt-4 pb-2 text-lg font-bold">{t.posts.answersTitle(question.counts.answers)}</h2>
      <InfiniteList
        query={query}
        label={t.posts.answersTitle(question.counts.answers)}
        empty={
          <p className="flex flex-col items-center gap-1 border-b border-line px-8 pt-4 pb-8 text-center text-muted">
            <Lightbulb size={24} strokeWidth={1.75} aria-hidden className="mb-1" />
            <strong className="font-semibold text-ink">{t.posts.noAnswers}</strong>
            {t.posts.noAnswersText}
          </p>
        }
        row={(answer, ref) => <PostCard key={answer.id} post={answer} isUnderQuestion ref={ref} />}
      />
      <AnswerComposer question={question} />
    </section>
  );
}

function AnswerComposer({ question }: { question: PostView }) {
  const t = useT();
  const me = useMe();
  const draft = `answer.${question.id}`;
  const [text, setText] = useDraft(draft);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const key = useRef(newIdempotencyKey());

  if (!me) {
    return (
      <div className="flex justify-center border-b border-line px-4 py-4">
        <ButtonLink href={signInHref()} variant="secondary">
          {t.posts.signInToAnswer}
        </ButtonLink>
      </div>
    );
  }
  const body = text.trim();
  const isTooLong = body.length > BODY_MAX_CHARS;
  const send = async () => {
    if (!body || isTooLong || isPending) return;
    setPending(true);
    setError(null);
    try {
      const answer = await publish({ kind: "answer", questionId: question.id, body }, key.current);
      key.current = newIdempotencyKey();
      setText("");
      writeDraft(draft, "");
      toast({ text: t.posts.answerSent, tone: "good" });
      requestAnimationFrame(() =>
        document.querySelector(`[data-post="${answer.id}"]`)?.scrollIntoView({ block: "center" }),
      );
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
            // Other words are another answer.
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
