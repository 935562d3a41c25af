import { Clock } from "lucide-react";
import { useChatT } from "../../i18n/lazy-words.ts";
import type { Conversation } from "../../realtime/views.ts";
import { useTyping } from "./chat.hooks.ts";
import { peopleIn } from "./conversation-words.ts";
import type { LastLine } from "./last-line.ts";
import { type MessageState, MessageStatus } from "./message-status.tsx";
import { typingText } from "./typing-text.ts";

/** The last line of a row: a draft, or how far one's own message got and what was said. */
export function ConversationPreview({ line }: { line: LastLine }) {
  const t = useChatT();
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
        <MessageStatus state={state} isWordShown={false} />
      )}
    </span>
  );
}

/** Who types is known of the open conversation only: its room tells. */
export function OpenPreview({ conversation, line }: { conversation: Conversation; line: LastLine }) {
  const t = useChatT();
  const { typingPeople } = useTyping(conversation.id);
  const typing = typingText(typingPeople, peopleIn(conversation), conversation.kind, t);
  return typing ? <span className="text-accent">{typing}</span> : <ConversationPreview line={line} />;
}
