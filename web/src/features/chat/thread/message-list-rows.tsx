import { useLocale } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Person } from "../../../realtime/views.ts";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import type { MessageList } from "../data/chat.types.ts";
import { noticeText, partnerOf, titleOf } from "../text/conversation-text.ts";
import { dayName } from "../text/message-time.ts";
import { MessageRow } from "./message/message-row.tsx";
import { ownStatus } from "./message/own-message-status.ts";
import type { RowHandlers } from "./message/row-handlers.ts";
import { DaySeparator, NewSeparator } from "./message-list-separators.tsx";
import type { ThreadRow } from "./thread-rows.ts";

/**
 * Above the first message: loading older ones, a retry button, or the start of the conversation. 56 px
 * (TOP_PX).
 */
export function MessageListTop({
  conversation,
  meId,
  list,
  isLoaded,
}: {
  conversation: Conversation;
  meId: string;
  list: MessageList;
  isLoaded: boolean;
}) {
  const t = useChatT();
  return (
    <div className="mt-auto flex h-14 shrink-0 items-center justify-center px-4 text-sm text-muted">
      {list.isLoadingOlder ? (
        <Spinner label={t.loadingOlder} />
      ) : list.olderError ? (
        <span role="alert" className="flex items-center gap-3">
          {t.olderFailed}
          <Button size="sm" variant="secondary" onClick={list.loadOlder}>
            {t.retrySend}
          </Button>
        </span>
      ) : list.hasOlder || !isLoaded ? null : (
        <p className="truncate">
          {conversation.kind === "group" ? t.startGroup : t.startDirect(titleOf(conversation, meId, t))}
        </p>
      )}
    </div>
  );
}

/** One row of the message list: a separator, a notice or a message. */
export function MessageListRow({
  row,
  conversation,
  meId,
  people,
  canReply,
  messageAt,
  newestOwnKey,
  isActive,
  areButtonsReached,
  isChosen,
  highlightedSeq,
  handlers,
}: {
  row: ThreadRow;
  conversation: Conversation;
  meId: string;
  people: ReadonlyMap<string, Person>;
  canReply: boolean;
  messageAt: MessageList["messageAt"];
  newestOwnKey: string | null;
  isActive: boolean;
  areButtonsReached: boolean;
  isChosen: boolean;
  highlightedSeq: number | null;
  handlers: RowHandlers;
}) {
  const t = useChatT();
  const locale = useLocale();
  switch (row.kind) {
    case "day":
      return <DaySeparator>{dayName(row.iso, locale, Date.now(), t)}</DaySeparator>;
    case "new":
      return <NewSeparator />;
    case "notice":
      return (
        <p className="px-6 py-2 text-center text-sm text-pretty text-muted">
          {row.message.notice ? noticeText(row.message.notice, row.message.senderId, people, meId, t) : null}
        </p>
      );
    case "message": {
      const { message } = row;
      return (
        <MessageRow
          message={message}
          isFirst={row.isFirst}
          isLast={row.isLast}
          meId={meId}
          author={message.senderId ? (people.get(message.senderId) ?? null) : null}
          isGroup={conversation.kind === "group"}
          canSend={conversation.viewer.canSend && conversation.viewer.state === "accepted"}
          canReply={canReply}
          {...ownStatus(message, conversation, meId, partnerOf(conversation, meId), locale, t)}
          isNewestOwn={message.key === newestOwnKey}
          quoted={message.replyTo === null ? null : messageAt(message.replyTo)}
          isActive={isActive}
          areButtonsReached={areButtonsReached}
          isChosen={isChosen}
          isHighlighted={highlightedSeq !== null && message.seq === highlightedSeq}
          handlers={handlers}
        />
      );
    }
    default:
      return row satisfies never;
  }
}
