import { ArrowLeft, BellOff, Ellipsis } from "lucide-react";
import { Link } from "wouter";
import { goBack } from "../../../browser/in-app-history.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Presence } from "../../../realtime/views.ts";
import { IconButton } from "../../../ui/button.tsx";
import { PresenceText } from "../../presence/presence-text.tsx";
import { ConversationAvatar } from "../list/conversation-avatar.tsx";
import { useTypingMembers } from "../live/typing.hooks.ts";
import { firstNamesIn, othersIn, partnerOf, peopleIn, titleOf } from "../text/conversation-text.ts";
import { typingText } from "../text/typing-text.ts";

/** The name of the conversation, presence or typing, and the settings button. */
export function ThreadHeader({
  conversation,
  meId,
  presence,
  hasBack,
  onSettings,
}: {
  conversation: Conversation;
  meId: string;
  presence: ReadonlyMap<string, Presence>;
  hasBack: boolean;
  onSettings: () => void;
}) {
  const t = useChatT();
  const partner = partnerOf(conversation, meId);
  const name = titleOf(conversation, meId, t);
  const typing = typingText(useTypingMembers(conversation.id), peopleIn(conversation), conversation.kind, t);
  const isGroup = conversation.kind === "group";
  const names = firstNamesIn(conversation, meId);
  const online = othersIn(conversation, meId).filter(({ id }) => presence.get(id)?.isOnline).length;
  return (
    <header className="shrink-0 border-b border-line bg-ground pt-[env(safe-area-inset-top)]">
      <div className={`flex min-h-15 items-center gap-2.5 pr-3 ${hasBack ? "pl-1.5" : "pl-4"}`}>
        {hasBack ? (
          <IconButton label={t.back} onClick={() => goBack("/messages")} className="-mr-1 size-11">
            <ArrowLeft size={20} strokeWidth={1.75} />
          </IconButton>
        ) : null}
        <ConversationAvatar conversation={conversation} meId={meId} presence={presence} size="md" />
        <div className="min-w-0 flex-1">
          <h1 tabIndex={-1} className="flex min-w-0 items-center gap-1.5 leading-tight font-bold">
            {partner ? (
              <Link
                href={`/@${partner.handle}`}
                title={t.viewProfile}
                className="truncate py-0.5 hover:underline"
              >
                {name}
              </Link>
            ) : (
              <span className="truncate py-0.5">{name}</span>
            )}
            {conversation.viewer.isMuted ? (
              <BellOff
                size={14}
                strokeWidth={1.75}
                role="img"
                aria-label={t.muted}
                className="shrink-0 text-muted"
              />
            ) : null}
          </h1>
          <p
            className="flex h-5 min-w-0 overflow-hidden text-sm whitespace-nowrap text-muted empty:hidden"
            data-testid="thread-state"
          >
            {typing ? (
              <span className="truncate text-accent">{typing}</span>
            ) : partner ? (
              <PresenceText presence={presence.get(partner.id)} />
            ) : isGroup ? (
              <>
                <span className="truncate">{names ?? t.people(conversation.participants.length)}</span>
                {online > 0 ? <span className="shrink-0 pl-1">· {t.online(online)}</span> : null}
              </>
            ) : null}
          </p>
        </div>
        <IconButton label={isGroup ? t.groupSettings : t.more} onClick={onSettings}>
          <Ellipsis size={20} strokeWidth={1.75} />
        </IconButton>
      </div>
    </header>
  );
}
