import { MessageCircleOff } from "lucide-react";
import { useState } from "react";
import { ApiError, isTransient } from "../../../api/api-error.ts";
import { useTitle } from "../../../browser/title.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { ConnectionStatus } from "../../../realtime/connection.types.ts";
import { useConnectionStatus } from "../../../realtime/status-store.ts";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { useConversation } from "../data/conversation.hooks.ts";
import { useMessages } from "../data/message.hooks.ts";
import { useRejoin } from "../groups/use-rejoin.ts";
import { titleOf } from "../text/conversation-text.ts";
import { ConversationView } from "./conversation-view.tsx";
import { ThreadSkeleton } from "./thread-skeleton.tsx";
import { useInitialPosition } from "./use-initial-position.ts";
import { useSeqInAddress } from "./use-target-message.ts";

/** In these states a request may hang instead of failing, so the page does not wait for it. */
const DISCONNECTED: ReadonlySet<ConnectionStatus> = new Set(["offline", "reconnecting"]);

/** The page of one conversation: its header, messages and composer, or why it cannot be shown. */
export function Thread({ id, meId, hasBack }: { id: string; meId: string; hasBack: boolean }) {
  const t = useChatT();
  const { conversation, error, refetch } = useConversation(id);
  const list = useMessages(id);
  const rejoin = useRejoin(id);
  const at = useSeqInAddress();
  const isReady = useInitialPosition(conversation, list, at);
  const isDisconnected = DISCONNECTED.has(useConnectionStatus());
  // When messages cannot be loaded, the composer is shown without them, and stays while they are loaded
  // again.
  const [isComposerShown, setComposerShown] = useState(false);
  const isUnavailable = list.error ? isTransient(list.error) : list.isPending && isDisconnected;
  if (isUnavailable && conversation && !isReady && !isComposerShown) setComposerShown(true);
  // Keeps the group's name for a removed member, because the conversation is no longer in the cache.
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
          action={
            <div className="flex flex-wrap justify-center gap-2">
              <ButtonLink href="/messages">{t.backToList}</ButtonLink>
              {last?.kind === "direct" ? null : (
                <Button variant="secondary" onClick={rejoin}>
                  {t.rejoin}
                </Button>
              )}
            </div>
          }
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
  if (!conversation || !(isReady || isComposerShown)) return <ThreadSkeleton conversation={conversation} />;
  return (
    <ConversationView
      conversation={conversation}
      list={list}
      isLoaded={isReady}
      meId={meId}
      at={at}
      hasBack={hasBack}
    />
  );
}
