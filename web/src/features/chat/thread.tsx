import { MessageCircleOff } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { errorText } from "../../api/error-text.ts";
import { useShortcut, useWritingPage } from "../../app/shortcuts.ts";
import { useTitle } from "../../app/title.ts";
import { useFloor } from "../../app/use-floor.ts";
import { useT } from "../../i18n/index.ts";
import { useChatT } from "../../i18n/lazy-words.ts";
import type { Conversation } from "../../realtime/views.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { usePresence } from "../presence/presence.hooks.ts";
import {
  useConversation,
  useDeleteMessage,
  useDraft,
  useEditMessage,
  useMarkRead,
  useMessages,
  useReact,
  useSendMessage,
  useTyping,
} from "./chat.hooks.ts";
import type { MessageList, ShownMessage } from "./chat.types.ts";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { ConversationDialog } from "./conversation-dialog.tsx";
import { nameOf, othersIn, partnerOf, peopleIn, titleOf } from "./conversation-words.ts";
import { actionsOf, type MessageAction } from "./message-actions.ts";
import { MessageSheet } from "./message-menu.tsx";
import { ReadByDialog } from "./read-by.tsx";
import type { RowDeeds } from "./row-deeds.ts";
import { ClosedBar, RequestBar } from "./thread-footer.tsx";
import { ThreadHeader } from "./thread-header.tsx";
import { ThreadSkeleton } from "./thread-skeleton.tsx";
import { Timeline } from "./timeline.tsx";
import { useOpeningPlace } from "./use-opening-place.ts";
import { useSteady } from "./use-steady.ts";
import { usePlaceAsked, useTarget } from "./use-target.ts";
import { whyFailed } from "./why-failed.ts";

/** Presence is watched for this many at a time. */
const WATCHED_MAX = 200;

/** One conversation: who, what was said, and where one writes. */
export function Thread({ id, meId, hasBack }: { id: string; meId: string; hasBack: boolean }) {
  const t = useChatT();
  const { conversation, error, refetch } = useConversation(id);
  const list = useMessages(id);
  const at = usePlaceAsked();
  const isReady = useOpeningPlace(conversation, list, at);
  useTitle(conversation ? titleOf(conversation, meId, t) : t.title);
  const isGone =
    error instanceof ApiError &&
    (error.code === "NOT_FOUND" || error.code === "FORBIDDEN") &&
    !list.isPending;

  if (isGone || (error instanceof ApiError && error.code === "NOT_FOUND")) {
    return (
      <div className="m-auto">
        <EmptyState
          icon={<MessageCircleOff size={26} strokeWidth={1.75} />}
          title={t.threadGone}
          text={t.threadGoneText}
          action={<ButtonLink href="/messages">{t.backToList}</ButtonLink>}
        />
      </div>
    );
  }
  const failure = conversation ? (list.messages.length === 0 ? list.error : null) : error;
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
  if (!conversation || !isReady) return <ThreadSkeleton conversation={conversation} />;
  return <Talk conversation={conversation} list={list} meId={meId} at={at} hasBack={hasBack} />;
}

function Talk({
  conversation,
  list,
  meId,
  at,
  hasBack,
}: {
  conversation: Conversation;
  list: MessageList;
  meId: string;
  /** The place that the address asks for; 0 for none. */
  at: number;
  hasBack: boolean;
}) {
  const t = useChatT();
  const words = useT();
  const { id, viewer } = conversation;
  const composer = useRef<ComposerHandle>(null);
  const floor = useRef<HTMLDivElement>(null);
  useFloor(floor);
  const people = useMemo(() => peopleIn(conversation, list.messages), [conversation, list.messages]);
  const presence = usePresence(
    useMemo(
      () =>
        othersIn(conversation, meId)
          .map((person) => person.id)
          .slice(0, WATCHED_MAX),
      [conversation, meId],
    ),
  );
  const sending = useSendMessage(id);
  const editing = useEditMessage(id);
  const deleting = useDeleteMessage(id);
  const react = useReact(id, () => toast({ text: t.reactFailed, tone: "bad" }));
  const markRead = useMarkRead(id);
  const { noteTyping, stopTyping } = useTyping(id);
  const [draft, setDraft, emptyDraft] = useDraft(id);
  const [readSeq] = useState(conversation.unread > 0 ? conversation.readSeq : null);
  const [chosen, setChosen] = useState<{ message: ShownMessage; for: "reply" | "edit" } | null>(null);
  const [asked, setAsked] = useState<{
    message: ShownMessage;
    for: "delete" | "details" | "sheet";
  } | null>(null);
  const [isSettings, setSettings] = useState(false);
  const { target, jumpTo } = useTarget(list, at, () => toast({ text: t.quoteGone }));
  const focusComposer = () => composer.current?.focus();

  useWritingPage(focusComposer);
  // With a keyboard, an opened conversation is one to write in.
  useEffect(() => {
    const isFoundPlace = new URLSearchParams(location.search).has("at");
    if (!isFoundPlace && matchMedia("(pointer: fine)").matches) composer.current?.focus();
  }, []);

  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ text: t.copied, tone: "good" });
    } catch {
      toast({ text: t.copyFailed, tone: "bad" });
    }
  };
  const act = (message: ShownMessage, action: MessageAction) => {
    switch (action) {
      case "reply":
      case "edit":
        return setChosen({ message, for: action });
      case "copy":
        return void copy(message.body);
      case "delete":
      case "details":
        return setAsked({ message, for: action });
      case "react":
        return setAsked({ message, for: "sheet" });
      default:
        return action satisfies never;
    }
  };
  const partner = partnerOf(conversation, meId);
  const isRequested = viewer.state === "requested";
  const isWaiting = partner?.state === "requested" && !isRequested && viewer.canSend;
  const deeds = useSteady<RowDeeds>({
    act,
    react: (message, emoji, isOn) => react(message.seq, emoji, isOn),
    jumpTo,
    openSheet: (message) => setAsked({ message, for: "sheet" }),
    retry: (message) => message.clientId && sending.retry(message.clientId),
    discard: (message) => message.clientId && sending.discard(message.clientId),
    whyFailed: (code) => whyFailed(code, isWaiting, t),
    nameOf: (personId) => (personId === meId ? t.notices.youFirst : nameOf(personId, people, t)),
  });

  const replyTo = chosen?.for === "reply" ? chosen.message : null;
  const edited = chosen?.for === "edit" ? chosen.message : null;
  const send = (body: string) => {
    sending.send(body, replyTo?.seq ?? null);
    emptyDraft();
    setChosen(null);
  };
  const saveEdit = (body: string) => {
    if (!edited) return;
    setChosen(null);
    if (body === edited.body) return;
    editing.mutate(
      { seq: edited.seq, body },
      { onError: (error) => toast({ text: errorText(error, words), tone: "bad" }) },
    );
  };
  const editLast = () => {
    const last = list.messages.findLast(
      (message) =>
        message.senderId === meId && message.kind === "text" && !message.local && !message.isDeleted,
    );
    if (last) setChosen({ message: last, for: "edit" });
  };

  // For the help sheet: the composer's own key, in an empty field.
  useShortcut("↑", t.keys.editLast, editLast);

  return (
    <>
      <ThreadHeader
        conversation={conversation}
        meId={meId}
        presence={presence}
        hasBack={hasBack}
        onSettings={() => setSettings(true)}
      />
      <Timeline
        conversation={conversation}
        meId={meId}
        list={list}
        deeds={deeds}
        target={target}
        readSeq={readSeq}
        onRead={markRead}
        onLeave={focusComposer}
      />
      <div
        ref={floor}
        className="shrink-0 border-t border-line bg-ground pb-[env(safe-area-inset-bottom)] in-data-keyboard:pb-0"
      >
        {isRequested ? (
          <RequestBar conversation={conversation} meId={meId} />
        ) : viewer.canSend ? (
          <>
            {isWaiting && partner ? (
              <p className="px-4 pt-2 text-sm text-pretty text-muted">{t.requestPending(partner.name)}</p>
            ) : null}
            <Composer
              ref={composer}
              draft={draft}
              onDraft={setDraft}
              placeholder={partner ? t.placeholder(partner.name) : t.placeholderGroup}
              replyTo={replyTo}
              replyName={
                replyTo === null || replyTo.senderId === meId ? null : nameOf(replyTo.senderId, people, t)
              }
              editing={edited}
              onCancel={() => {
                setChosen(null);
                focusComposer();
              }}
              onSend={send}
              onSaveEdit={saveEdit}
              onTyping={noteTyping}
              onStopTyping={stopTyping}
              onEditLast={editLast}
            />
          </>
        ) : (
          <ClosedBar conversation={conversation} meId={meId} />
        )}
      </div>
      {isSettings ? (
        <ConversationDialog
          conversation={conversation}
          meId={meId}
          presence={presence}
          onClose={() => setSettings(false)}
        />
      ) : null}
      {asked?.for === "sheet" ? (
        <MessageSheet
          actions={actionsOf(asked.message, {
            isOwn: asked.message.senderId === meId,
            canSend: viewer.canSend && !isRequested,
            isGroup: conversation.kind === "group",
          })}
          onAct={(action) => act(asked.message, action)}
          onReact={(emoji) => react(asked.message.seq, emoji, true)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked?.for === "details" ? (
        <ReadByDialog
          message={asked.message}
          conversation={conversation}
          meId={meId}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked?.for === "delete" ? (
        <ConfirmDialog
          title={t.removeTitle}
          text={t.removeText}
          confirmLabel={words.common.delete}
          pending={deleting.isPending}
          onConfirm={() =>
            deleting.mutate(
              { seq: asked.message.seq },
              {
                onSuccess: () => {
                  setAsked(null);
                  // Once the question is gone: it gives the focus back to a button that is gone too.
                  requestAnimationFrame(focusComposer);
                },
                onError: () => toast({ text: t.removeFailed, tone: "bad" }),
              },
            )
          }
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
