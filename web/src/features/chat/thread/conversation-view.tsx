import { useEffect, useMemo, useRef, useState } from "react";
import { IDS_MAX } from "../../../../../party/protocol/limits.ts";
import { errorText } from "../../../api/error-text.ts";
import { useShortcut, useTypeIntoField } from "../../../browser/shortcuts.ts";
import { useFooterHeight } from "../../../browser/viewport.ts";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { toast } from "../../../ui/toast.tsx";
import { usePresence } from "../../presence/use-presence.ts";
import { Composer, type ComposerHandle } from "../composer/composer.tsx";
import { useDraft } from "../composer/use-draft.ts";
import type { MessageList as Messages, ShownMessage } from "../data/chat.types.ts";
import { useMarkRead } from "../data/message.hooks.ts";
import { useEditMessage, useReact, useSendMessage } from "../data/message.mutations.ts";
import { isAtRequestLimit, isUnanswered } from "../data/request-limit.ts";
import { ConversationDialog } from "../groups/conversation-dialog.tsx";
import { useTypingReporter } from "../live/typing.hooks.ts";
import { nameOf, othersIn, partnerOf, peopleIn } from "../text/conversation-text.ts";
import { HistoryUnavailable } from "./history-unavailable.tsx";
import type { MessageAction } from "./message/message-actions.ts";
import { MessageDialogs, type OpenDialog } from "./message/message-dialogs.tsx";
import type { RowHandlers } from "./message/row-handlers.ts";
import { MessageList } from "./message-list.tsx";
import { ClosedBar, FullBar, RequestBar } from "./thread-footer.tsx";
import { ThreadHeader } from "./thread-header.tsx";
import { useStableCallbacks } from "./use-stable-callbacks.ts";
import { useTargetMessage } from "./use-target-message.ts";

/** The header, messages and composer of one conversation. Also shown when its messages cannot be loaded. */
export function ConversationView({
  conversation,
  list,
  isLoaded,
  meId,
  at,
  hasBack,
}: {
  conversation: Conversation;
  list: Messages;
  /** False while only the outbox's messages can be shown. */
  isLoaded: boolean;
  meId: string;
  /** The seq in the address; 0 for none. */
  at: number;
  hasBack: boolean;
}) {
  const t = useChatT();
  const appT = useT();
  const { id, viewer } = conversation;
  const isRequested = viewer.state === "requested";
  const composer = useRef<ComposerHandle>(null);
  const footer = useRef<HTMLDivElement>(null);
  useFooterHeight(footer);
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
  const react = useReact(id, () => toast({ text: t.reactFailed, tone: "bad" }));
  const markRead = useMarkRead(id);
  const { onInput, stopTyping } = useTypingReporter(id);
  const [draft, setDraft, clearField] = useDraft(id);
  const [chosen, setChosen] = useState<{ message: ShownMessage; for: "reply" | "edit" } | null>(null);
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  /** The element that gets the focus when a message's dialog closes; null for the one that had it before. */
  const returnFocus = useRef<ComposerHandle | null>(null);
  const [isSettingsOpen, setSettingsOpen] = useState(false);
  const { target, jumpTo } = useTargetMessage(list, isLoaded ? at : 0, () => toast({ text: t.quoteGone }));
  const focusComposer = () => composer.current?.focus();

  useTypeIntoField(focusComposer);
  // With a mouse or trackpad the composer gets the focus on mount, unless the URL names a message.
  useEffect(() => {
    const hasTarget = new URLSearchParams(location.search).has("at");
    if (!hasTarget && matchMedia("(pointer: fine)").matches) composer.current?.focus();
  }, []);

  // The composer replaces the Accept button, which had the focus.
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
  const openDialog = (message: ShownMessage, kind: OpenDialog["kind"]) => {
    returnFocus.current = null;
    setDialog({ message, kind });
  };
  /**
   * Moves the focus to the composer, because the message's row is about to be removed. While a dialog is
   * open the focus stays in it, so the dialog moves the focus when it closes.
   */
  const moveFocusToComposer = () => {
    returnFocus.current = composer.current;
    focusComposer();
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
        return openDialog(message, action);
      case "react":
        return openDialog(message, "sheet");
      case "discard":
        if (message.clientId) sending.discard(message.clientId);
        return moveFocusToComposer();
      default:
        return action satisfies never;
    }
  };
  const partner = partnerOf(conversation, meId);
  const isWaiting = isUnanswered(conversation, meId);
  const isFull = isAtRequestLimit(conversation, list.messages, meId);
  const handlers = useStableCallbacks<RowHandlers>({
    act,
    react: (message, emoji, isOn) => react(message.seq, emoji, isOn),
    jumpTo,
    openSheet: (message) => openDialog(message, "sheet"),
    retry: (message) => message.clientId && sending.retry(message.clientId),
    discard: (message) => {
      if (message.clientId) sending.discard(message.clientId);
      // On touch screens, focusing the field would open the keyboard.
      if (matchMedia("(pointer: fine)").matches) moveFocusToComposer();
    },
    nameOf: (personId) => (personId === meId ? t.notices.youFirst : nameOf(personId, people, t)),
  });

  const replyTo = chosen?.for === "reply" ? chosen.message : null;
  const edited = chosen?.for === "edit" ? chosen.message : null;
  const send = (body: string) => {
    sending.send(body, replyTo?.seq ?? null);
    clearField();
    setChosen(null);
  };
  const saveEdit = (body: string) => {
    if (!edited) return;
    setChosen(null);
    if (body === edited.body) return;
    editing.mutate(
      { seq: edited.seq, body },
      { onError: (error) => toast({ text: errorText(error, appT), tone: "bad" }) },
    );
  };
  const editLast = () => {
    const last = list.messages.findLast(
      (message) =>
        message.senderId === meId && message.kind === "text" && !message.local && !message.isDeleted,
    );
    if (last) setChosen({ message: last, for: "edit" });
  };

  // Only for the shortcuts' help: the composer handles this key itself, in an empty field.
  useShortcut("↑", t.keys.editLast, editLast);

  return (
    <>
      <ThreadHeader
        conversation={conversation}
        meId={meId}
        presence={presence}
        hasBack={hasBack}
        onSettings={() => setSettingsOpen(true)}
      />
      {isLoaded ? null : <HistoryUnavailable conversation={conversation} meId={meId} />}
      <MessageList
        // Mounted again when the messages are loaded, so that it opens at its initial position.
        key={isLoaded ? "all" : "own"}
        isLoaded={isLoaded}
        canReply={!isFull}
        conversation={conversation}
        meId={meId}
        list={list}
        handlers={handlers}
        target={target}
        onRead={markRead}
        onLeave={focusComposer}
      />
      <div
        ref={footer}
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
              onTyping={onInput}
              onStopTyping={stopTyping}
              onEditLast={editLast}
            />
          </>
        ) : (
          <ClosedBar conversation={conversation} meId={meId} />
        )}
      </div>
      {isSettingsOpen ? (
        <ConversationDialog
          conversation={conversation}
          meId={meId}
          presence={presence}
          onClose={() => setSettingsOpen(false)}
        />
      ) : null}
      <MessageDialogs
        dialog={dialog}
        conversation={conversation}
        meId={meId}
        canReply={!isFull}
        returnFocus={returnFocus}
        handlers={handlers}
        onDeleted={moveFocusToComposer}
        onClose={() => setDialog(null)}
      />
    </>
  );
}
