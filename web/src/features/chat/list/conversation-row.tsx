import { BellOff } from "lucide-react";
import { Link } from "wouter";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Presence } from "../../../realtime/views.ts";
import { compactNumber } from "../../../ui/count.tsx";
import { cx } from "../../../ui/cx.ts";
import { RelativeTime } from "../../../ui/time/time.tsx";
import { useUnsent } from "../composer/use-draft.ts";
import { titleOf } from "../text/conversation-text.ts";
import { ConversationAvatar } from "./conversation-avatar.tsx";
import { ConversationPreview } from "./conversation-preview.tsx";
import { rowPreview } from "./row-preview.ts";
import { SenderText } from "./sender-text.tsx";

const UNREAD_MAX = 99;

/** A conversation in the list: avatar, title, preview, time and unread count. */
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
  const { unread, viewer } = conversation;
  const isUnread = unread > 0;
  const unsent = useUnsent(conversation.id);
  // The open conversation's draft is in its composer.
  const preview = rowPreview(conversation, meId, isOpen ? { ...unsent, draft: "" } : unsent, t);
  return (
    <Link
      href={`/messages/${conversation.id}`}
      ref={ref}
      data-item
      data-conversation={conversation.id}
      aria-current={isOpen ? "page" : undefined}
      className={cx(
        "relative flex items-center gap-3 border-b border-line px-4 py-3 -outline-offset-2 transition-colors duration-120",
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
          {preview.at ? (
            <RelativeTime iso={preview.at} className="shrink-0 text-sm text-muted tabular-nums" />
          ) : null}
        </span>
        <span className="block truncate text-sm text-muted empty:hidden">
          <SenderText conversation={conversation} meId={meId} />
        </span>
        <span className="mt-0.5 flex items-center gap-2">
          <span className={cx("min-w-0 flex-1 truncate", isUnread ? "text-ink" : "text-muted")}>
            <ConversationPreview conversation={conversation} preview={preview} />
          </span>
          {isUnread ? (
            <span
              data-testid="row-unread"
              className={cx(
                "inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-xs font-semibold tabular-nums",
                viewer.isMuted ? "bg-sunken text-muted" : "bg-accent text-on-accent",
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
