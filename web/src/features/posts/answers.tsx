import { useInfiniteQuery } from "@tanstack/react-query";
import { Lightbulb } from "lucide-react";
import { useEffect, useRef } from "react";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { InfiniteList } from "../../ui/list/infinite-list.tsx";
import { AnswerComposer } from "./answer-composer.tsx";
import { PostCard } from "./post-card.tsx";
import { answersQuery } from "./posts.queries.ts";

/** The answers of a question, the highest score first, and the composer below them. */
export function Answers({ question }: { question: PostView }) {
  const t = useT();
  const query = useInfiniteQuery(answersQuery(question.id));
  const publishedId = useRef<string | null>(null);
  // Scrolls to the viewer's own new answer once it is rendered.
  useEffect(() => {
    if (!publishedId.current) return;
    const card = document.querySelector(`[data-post="${publishedId.current}"]`);
    if (!card) return;
    publishedId.current = null;
    card.scrollIntoView({ block: "center" });
  });
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
      <AnswerComposer
        question={question}
        onPublished={(id) => {
          publishedId.current = id;
        }}
      />
    </section>
  );
}
