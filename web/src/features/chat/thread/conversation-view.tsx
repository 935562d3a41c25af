import { useEffect, useMemo, useRef, useState } from "react";
import { IDS_MAX } from "../../../../../party/protocol/limits.ts";
import { errorText } from "../../../api/error-text.ts";
import { useShortcut, useWritingPage } from "../../../browser/shortcuts.ts";
import { useFloor } from "../../../browser/viewport.ts";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { usePresence } from "../../presence/use-presence.ts";
import { Composer, type ComposerHandle } from "../composer/composer.tsx";
import {
  useDeleteMessage,
  useDraft,
  useEditMessage,
  useMarkRead,
  useReact,
  useSendMessage,
  useTyping,
} from "../data/chat.hooks.ts";
import type { MessageList, ShownMessage } from "../data/chat.types.ts";
import { nameOf, othersIn, partnerOf, peopleIn } from "../data/conversation-text.ts";
import { isAtRequestLimit, isUnanswered } from "../data/request-limit.ts";
import { ConversationDialog } from "../groups/conversation-dialog.tsx";
import { Unreached } from "./history-unavailable.tsx";
import { actionsOf, type MessageAction } from "./message/message-actions.ts";
import { MessageSheet } from "./message/message-menu.tsx";
import { ReadByDialog } from "./message/read-by-dialog.tsx";
import type { RowDeeds } from "./message/row-actions.ts";
import { Timeline } from "./message-list.tsx";
import { ClosedBar, FullBar, RequestBar } from "./thread-footer.tsx";
import { ThreadHeader } from "./thread-header.tsx";
import { useSteady } from "./use-stable-callbacks.ts";
import { useTarget } from "./use-target-message.ts";

/** What was said and where one writes; also while nothing but one's own words is here. */
export function Talk({
  conversation,
  list,
  isLoaded,
  meId,
  at,
  hasBack,
}: {
  conversation: Conversation;
  list: MessageList;
  /** False while only one's own unsent words are here. */
  isLoaded: boolean;
  meId: string;
  /** The place that the address asks for; 0 for none. */
  at: number;
  hasBack: boolean;
}) {
  const t = useChatT();
  const words = useT();
  const { id, viewer } = conversation;
  const isRequested = viewer.state === "requested";
  const composer = useRef<ComposerHandle>(null);
  const floor = useRef<HTMLDivElement>(null);
  useFloor(floor);
  const people = useMemo(() => peopleIn(conversation, list.messages), [conversation, list.messages]);
  const presence = usePresence(
    useMemo(
      () =>
        othersIn(conversation, meId)
          .map((person) => person.id)
          .slice(0, IDS_MAX),
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
  const [chosen, setChosen] = useState<{ message: ShownMessage; for: "reply" | "edit" } | null>(null);
  const [asked, setAsked] = useState<{
    message: ShownMessage;
    for: "delete" | "details" | "sheet";
  } | null>(null);
  const [isSettings, setSettings] = useState(false);
  const { target, jumpTo } = useTarget(list, isLoaded ? at : 0, () => toast({ text: t.quoteGone }));
  const focusComposer = () => composer.current?.focus();

  useWritingPage(focusComposer);
  // With a keyboard, an opened conversation is one to write in.
  useEffect(() => {
    const isFoundPlace = new URLSearchParams(location.search).has("at");
    if (!isFoundPlace && matchMedia("(pointer: fine)").matches) composer.current?.focus();
  }, []);

  // The button that accepted is gone, and the focus with it: the composer stands in its place.
  const wasRequested = useRef(isRequested);
  useEffect(() => {
    if (wasRequested.current && !isRequested) composer.current?.focus();
    wasRequested.current = isRequested;
  }, [isRequested]);

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
      case "discard":
        if (message.clientId) sending.discard(message.clientId);
        // Its menu gives the focus back to a button that is gone with it.
        return void requestAnimationFrame(focusComposer);
      default:
        return action satisfies never;
    }
  };
  const partner = partnerOf(conversation, meId);
  const isWaiting = isUnanswered(conversation, meId);
  const isFull = isAtRequestLimit(conversation, list.messages, meId);
  const deeds = useSteady<RowDeeds>({
    act,
    react: (message, emoji, isOn) => react(message.seq, emoji, isOn),
    jumpTo,
    openSheet: (message) => setAsked({ message, for: "sheet" }),
    retry: (message) => message.clientId && sending.retry(message.clientId),
    discard: (message) => message.clientId && sending.discard(message.clientId),
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
      {isLoaded ? null : <Unreached conversation={conversation} meId={meId} />}
      <Timeline
        // What comes opens where reading goes on, as if it had been here from the start.
        key={isLoaded ? "all" : "own"}
        isLoaded={isLoaded}
        canReply={!isFull}
        conversation={conversation}
        meId={meId}
        list={list}
        deeds={deeds}
        target={target}
        onRead={markRead}
        onLeave={focusComposer}
      />
      <div
        ref={floor}
        className="shrink-0 border-t border-line bg-ground pb-[env(safe-area-inset-bottom)] in-data-keyboard:pb-0"
      >
        {isRequested ? (
          <RequestBar conversation={conversation} meId={meId} />
        ) : isFull && partner && !edited ? (
          <FullBar name={partner.name} />
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
          author={deeds.nameOf(asked.message.senderId)}
          text={asked.message.body}
          actions={actionsOf(asked.message, {
            isOwn: asked.message.senderId === meId,
            canSend: viewer.canSend && !isRequested,
            canReply: !isFull,
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
