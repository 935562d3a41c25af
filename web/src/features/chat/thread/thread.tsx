import { MessageCircleOff } from "lucide-react";
import { useState } from "react";
import { ApiError, isTransient } from "../../../api/api-error.ts";
import { useTitle } from "../../../browser/title.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { ConnectionStatus } from "../../../realtime/connection.types.ts";
import { useConnectionStatus } from "../../../realtime/status-store.ts";
import { ButtonLink } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { useConversation, useMessages } from "../data/chat.hooks.ts";
import { titleOf } from "../data/conversation-text.ts";
import { Talk } from "./conversation-view.tsx";
import { ThreadSkeleton } from "./thread-skeleton.tsx";
import { useOpeningPlace } from "./use-initial-position.ts";
import { usePlaceAsked } from "./use-target-message.ts";

/** Nothing is to be expected for now: a request may hang instead of failing. */
const CUT_OFF: ReadonlySet<ConnectionStatus> = new Set(["offline", "reconnecting"]);

/** One conversation: who, what was said, and where one writes. */
export function Thread({ id, meId, hasBack }: { id: string; meId: string; hasBack: boolean }) {
  const t = useChatT();
  const { conversation, error, refetch } = useConversation(id);
  const list = useMessages(id);
  const at = usePlaceAsked();
  const isReady = useOpeningPlace(conversation, list, at);
  const isCutOff = CUT_OFF.has(useConnectionStatus());
  // One can write before the messages are here; and goes on writing, however often they are asked for.
  const [isWriting, setWriting] = useState(false);
  const isUnreached = list.error ? isTransient(list.error) : list.isPending && isCutOff;
  if (isUnreached && conversation && !isReady && !isWriting) setWriting(true);
  // Who is taken out is told from what: the conversation itself is gone by then.
  const [last, setLast] = useState(conversation);
  if (conversation && conversation !== last) setLast(conversation);
  useTitle(conversation ? titleOf(conversation, meId, t) : t.title);
  const isGone =
    error instanceof ApiError &&
    (error.code === "NOT_FOUND" || error.code === "FORBIDDEN") &&
    !list.isPending;

  if (isGone || (error instanceof ApiError && error.code === "NOT_FOUND")) {
    const wasGroup = last?.kind === "group";
    return (
      <div className="m-auto">
        <EmptyState
          icon={<MessageCircleOff size={26} strokeWidth={1.75} />}
          title={wasGroup ? t.groupLeft(last.name) : t.threadGone}
          text={wasGroup ? t.groupLeftText : t.threadGoneText}
          action={<ButtonLink href="/messages">{t.backToList}</ButtonLink>}
        />
      </div>
    );
  }
  const refusal = list.error && !isTransient(list.error) ? list.error : null;
  const failure = conversation ? (isReady ? null : refusal) : error;
  if (failure) {
    return (
      <div className="m-auto">
        <ErrorState
          error={failure}
          onRetry={() => {
            refetch();
            list.refetch();
          }}
        />
      </div>
    );
  }
  if (!conversation || !(isReady || isWriting)) return <ThreadSkeleton conversation={conversation} />;
  return (
    <Talk conversation={conversation} list={list} isLoaded={isReady} meId={meId} at={at} hasBack={hasBack} />
  );
}
