import { Clock } from "lucide-react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { peopleIn } from "../data/conversation-text.ts";
import { useTypingMembers } from "../live/typing.hooks.ts";
import { type MessageState, MessageStatus } from "../thread/message/message-status.tsx";
import type { LastLine } from "./row-preview.ts";
import { typingText } from "./typing-text.ts";

/** The last line of a row: who types, a draft, or how far one's own message got and what was said. */
export function ConversationPreview({ conversation, line }: { conversation: Conversation; line: LastLine }) {
  const t = useChatT();
  const typing = typingText(useTypingMembers(conversation.id), peopleIn(conversation), conversation.kind, t);
  if (typing) return <span className="text-accent">{typing}</span>;
  if (line.isDraft)
    return (
      <>
        <span className="font-semibold text-live">{t.draft}</span> {line.text}
      </>
    );
  return (
    <>
      {line.state ? <LineStatus state={line.state} /> : null}
      {line.text}
    </>
  );
}

function LineStatus({ state }: { state: MessageState }) {
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
