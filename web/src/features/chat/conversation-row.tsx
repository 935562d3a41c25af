import { BellOff } from "lucide-react";
import { Link } from "wouter";
import { useChatT } from "../../i18n/lazy-words.ts";
import type { Conversation, Presence } from "../../realtime/views.ts";
import { compactNumber } from "../../ui/count.tsx";
import { cx } from "../../ui/cx.ts";
import { RelativeTime } from "../../ui/time.tsx";
import { useTyping } from "./chat.hooks.ts";
import { ConversationAvatar } from "./conversation-avatar.tsx";
import { peopleIn, previewOf, titleOf } from "./conversation-words.ts";
import { typingText } from "./typing-text.ts";

const UNREAD_MAX = 99;

/** A conversation in the list: who, the last line, when, and what waits. */
export function ConversationRow({
  conversation,
  meId,
  presence,
  isOpen,
  ref,
}: {
  conversation: Conversation;
  meId: string;
  presence: ReadonlyMap<string, Presence>;
  isOpen: boolean;
  ref?: ((node: Element | null) => void) | undefined;
}) {
  const t = useChatT();
  const { unread, lastMessage, viewer } = conversation;
  const isUnread = unread > 0;
  return (
    <Link
      href={`/messages/${conversation.id}`}
      ref={ref}
      data-item
      data-conversation={conversation.id}
      aria-current={isOpen ? "page" : undefined}
      className={cx(
        "relative flex items-center gap-3 border-b border-line px-4 py-3 -outline-offset-2 transition-colors duration-150",
        isOpen ? "bg-sunken" : "hover:bg-surface",
      )}
    >
      <ConversationAvatar conversation={conversation} meId={meId} presence={presence} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={cx("min-w-0 flex-1 truncate", isUnread ? "font-bold" : "font-semibold")}>
            {titleOf(conversation, meId, t)}
          </span>
          {viewer.isMuted ? (
            <BellOff
              size={14}
              strokeWidth={1.75}
              role="img"
              aria-label={t.muted}
              className="shrink-0 self-center text-muted"
            />
          ) : null}
          {lastMessage ? (
            <RelativeTime iso={lastMessage.at} className="shrink-0 text-sm text-muted tabular-nums" />
          ) : null}
        </span>
        <span className="mt-0.5 flex items-center gap-2">
          <span className={cx("min-w-0 flex-1 truncate", isUnread ? "text-ink" : "text-muted")}>
            {isOpen ? (
              <OpenPreview conversation={conversation} meId={meId} />
            ) : (
              previewOf(conversation, meId, t)
            )}
          </span>
          {isUnread ? (
            <span
              data-testid="row-unread"
              className={cx(
                "inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-xs font-bold tabular-nums",
                viewer.isMuted ? "bg-sunken text-muted" : "bg-live text-on-live",
              )}
            >
              <span className="sr-only">{t.unread(unread)}</span>
              <span aria-hidden>{unread > UNREAD_MAX ? "99+" : compactNumber(unread, "en")}</span>
            </span>
          ) : null}
        </span>
      </span>
    </Link>
  );
}

/** Who types is known of the open conversation only: its room tells. */
function OpenPreview({ conversation, meId }: { conversation: Conversation; meId: string }) {
  const t = useChatT();
  const { typingPeople } = useTyping(conversation.id);
  const typing = typingText(typingPeople, peopleIn(conversation), conversation.kind, t);
  return typing ? <span className="text-accent">{typing}</span> : previewOf(conversation, meId, t);
}
