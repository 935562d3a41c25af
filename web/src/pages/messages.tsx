import { MessageCircle } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { useLocation, useParams } from "wouter";
import { useShortcut } from "../browser/shortcuts.ts";
import { useTitle } from "../browser/title.ts";
import { useMedia } from "../browser/use-media-query.ts";
import { useVisibleHeight } from "../browser/viewport.ts";
import { useConversations } from "../features/chat/data/conversation.hooks.ts";
import { NewConversation } from "../features/chat/groups/new-conversation.tsx";
import { ConversationList, RequestList } from "../features/chat/list/conversation-list.tsx";
import { ChatSessionProvider } from "../features/chat/session/chat-session-context.tsx";
import { Thread } from "../features/chat/thread/thread.tsx";
import { useMe } from "../features/session/session.queries.ts";
import { useChatT } from "../i18n/lazy-dictionaries.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** Conversations: list and thread side by side where there is room, one after the other on phones. */
export default function MessagesPage() {
  const t = useChatT();
  const me = useMe();
  const { id } = useParams<{ id?: string }>();
  const isRequests = id === "requests";
  const openId = id && !isRequests ? id : null;
  const isSplit = useMedia("(min-width: 64rem)");
  const [isNew, setNew] = useState(false);
  useVisibleHeight();
  useTitle(openId ? null : isRequests ? t.requests : t.title);
  if (!me) return null;

  const showsList = isSplit || openId === null;
  return (
    <ChatSessionProvider accountId={me.id}>
      <div
        className={
          openId || isSplit ? "flex h-visible border-line sm:border-x" : "min-h-dvh border-line sm:border-x"
        }
      >
        {showsList ? (
          <div
            className={
              isSplit
                ? "w-80 shrink-0 overflow-y-auto overscroll-contain border-r border-line"
                : "pb-[calc(var(--bar)+2rem)]"
            }
          >
            <List meId={me.id} openId={openId} isRequests={isRequests} onNew={() => setNew(true)} />
          </div>
        ) : null}
        {openId ? (
          <div className="flex min-w-0 flex-1 flex-col">
            <Thread key={openId} id={openId} meId={me.id} hasBack={!isSplit} />
          </div>
        ) : isSplit ? (
          <div className="m-auto">
            <EmptyState
              icon={<MessageCircle size={26} strokeWidth={1.75} />}
              title={t.choose}
              text={t.chooseText}
              action={<Button onClick={() => setNew(true)}>{t.newMessage}</Button>}
            />
          </div>
        ) : null}
        {isNew ? <NewConversation onClose={() => setNew(false)} /> : null}
      </div>
    </ChatSessionProvider>
  );
}

/**
 * The conversations, or the message requests; the requests also while one of them is open beside the list.
 */
function List({
  meId,
  openId,
  isRequests,
  onNew,
}: {
  meId: string;
  openId: string | null;
  isRequests: boolean;
  onNew: () => void;
}) {
  const requests = useConversations("requested");
  const isOpenRequest = requests.conversations.some((conversation) => conversation.id === openId);
  return isRequests || isOpenRequest ? (
    <RequestList list={requests} meId={meId} openId={openId} />
  ) : (
    <Conversations meId={meId} openId={openId} onNew={onNew} />
  );
}

function Conversations({ meId, openId, onNew }: { meId: string; openId: string | null; onNew: () => void }) {
  const list = useConversations("accepted");
  useNeighbourShortcuts(
    list.conversations.map((conversation) => conversation.id),
    openId,
  );
  return <ConversationList list={list} meId={meId} openId={openId} onNew={onNew} />;
}

/** Alt with an arrow opens the conversation above or below, also while the composer has the focus. */
function useNeighbourShortcuts(ids: readonly string[], openId: string | null): void {
  const t = useChatT();
  const [, navigate] = useLocation();
  const go = useEffectEvent((step: 1 | -1) => {
    const at = openId === null ? -1 : ids.indexOf(openId);
    const next = at < 0 ? ids[0] : ids[at + step];
    if (next) navigate(`/messages/${next}`);
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      go(event.key === "ArrowDown" ? 1 : -1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  // Only for the shortcuts' help: the listener above handles these keys, because shortcuts are disabled in
  // text fields.
  useShortcut("Alt+↓", t.keys.next, () => go(1));
  useShortcut("Alt+↑", t.keys.previous, () => go(-1));
}
