import { Clock } from "lucide-react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { useTypingMembers } from "../live/typing.hooks.ts";
import { peopleIn } from "../text/conversation-text.ts";
import { typingText } from "../text/typing-text.ts";
import { type MessageState, MessageStatus } from "../thread/message/message-status.tsx";
import type { RowPreview } from "./row-preview.ts";

/** The second line of a row: who is typing, the draft, or the last message with its status. */
export function ConversationPreview({
  conversation,
  preview,
}: {
  conversation: Conversation;
  preview: RowPreview;
}) {
  const t = useChatT();
  const typing = typingText(useTypingMembers(conversation.id), peopleIn(conversation), conversation.kind, t);
  if (typing) return <span className="text-accent">{typing}</span>;
  if (preview.isDraft)
    return (
      <>
        <span className="font-semibold text-ink">{t.draft}</span> {preview.text}
      </>
    );
  return (
    <>
      {preview.state ? <PreviewStatus state={preview.state} /> : null}
      {preview.text}
    </>
  );
}

function PreviewStatus({ state }: { state: MessageState }) {
  const t = useChatT();
  return (
    <span className="mr-1 inline-flex align-[-0.125em]">
      {state === "waiting" ? (
        <span data-status={state} title={t.willSend}>
          <Clock size={14} strokeWidth={2} role="img" aria-label={t.willSend} />
        </span>
      ) : (
        <MessageStatus state={state} isTextShown={false} />
      )}
    </span>
  );
}
