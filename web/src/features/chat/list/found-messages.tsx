import { SearchX } from "lucide-react";
import { useDeferredValue, useEffect } from "react";
import { Link } from "wouter";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { FoundMessage } from "../../../realtime/views.ts";
import { announce } from "../../../ui/announce.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { useInfiniteScroll } from "../../../ui/list/use-infinite-scroll.ts";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { RelativeTime } from "../../../ui/time/time.tsx";
import { useNamedConversation, useSearchMessages } from "../data/conversation.hooks.ts";
import { nameOf, peopleIn, titleOf } from "../text/conversation-text.ts";

/** Keeps the row's height until the title is loaded. */
const TITLE_PLACEHOLDER = "\u00a0";
const MARK = /\[\[(.*?)\]\]/gs;

/** A snippet with its matches highlighted: the server puts [[ and ]] around each. */
function Snippet({ text }: { text: string }) {
  const parts = text.split(MARK);
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their order
      <mark key={index} className="rounded-sm bg-warn-soft px-0.5 font-semibold text-ink">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

/** Messages that contain a text, as links. */
export function FoundMessages({
  text,
  onlyIn = null,
  meId,
  hasMoreAbove = false,
  onOpen,
}: {
  text: string;
  /** Searches this conversation only. */
  onlyIn?: string | null;
  meId: string;
  /** There are results above these: then no empty state is shown. */
  hasMoreAbove?: boolean;
  /** A result was chosen. */
  onOpen?: () => void;
}) {
  const t = useChatT();
  const deferredText = useDeferredValue(text);
  const { found, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useSearchMessages(
    deferredText,
    onlyIn,
  );
  const { lastItemRef } = useInfiniteScroll({ loadMore: async () => loadMore(), hasMore });
  const count = found.length;
  useEffect(() => {
    if (!isPending && !error) announce(t.searchFound(count));
  }, [isPending, error, count, t]);

  if (isPending) return <SkeletonRows count={4} lines={1} />;
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  if (count === 0)
    return hasMoreAbove ? null : (
      <EmptyState
        icon={<SearchX size={26} strokeWidth={1.75} />}
        title={t.searchNothing}
        text={t.searchNothingText}
      />
    );
  return (
    <>
      <ul aria-label={t.searchResults}>
        {found.map((message, index) => (
          <li key={message.id}>
            <FoundRow
              message={message}
              meId={meId}
              isTitled={onlyIn === null}
              onOpen={onOpen}
              ref={index === count - 1 ? lastItemRef : undefined}
            />
          </li>
        ))}
      </ul>
      {isLoadingMore ? (
        <div className="flex h-16 items-center justify-center text-muted">
          <Spinner label={t.loadingOlder} />
        </div>
      ) : null}
    </>
  );
}

/** One result: the conversation's title, or (in a search of one conversation) the sender, and the snippet. */
function FoundRow({
  message,
  meId,
  isTitled,
  onOpen,
  ref,
}: {
  message: FoundMessage;
  meId: string;
  isTitled: boolean;
  onOpen: (() => void) | undefined;
  ref: ((node: Element | null) => void) | undefined;
}) {
  const t = useChatT();
  const conversation = useNamedConversation(message.conversationId);
  const author =
    message.senderId === meId
      ? t.notices.youFirst
      : conversation
        ? nameOf(message.senderId, peopleIn(conversation), t)
        : null;
  return (
    <Link
      href={`/messages/${message.conversationId}?at=${message.seq}`}
      ref={ref}
      onClick={onOpen}
      data-item
      className="block border-b border-line px-4 py-3 -outline-offset-2 transition-colors duration-120 hover:bg-surface"
    >
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-semibold">
          {!isTitled ? author : conversation ? titleOf(conversation, meId, t) : TITLE_PLACEHOLDER}
        </span>
        <RelativeTime iso={message.createdAt} className="shrink-0 text-sm text-muted" />
      </span>
      <span className="mt-0.5 line-clamp-2 text-muted">
        {isTitled && author ? <span className="text-ink">{author}: </span> : null}
        <Snippet text={message.snippet} />
      </span>
    </Link>
  );
}
