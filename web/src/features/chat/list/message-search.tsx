import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Presence } from "../../../realtime/views.ts";
import { titleOf } from "../text/conversation-text.ts";
import { fold } from "../text/fold-accents.ts";
import { ConversationRow } from "./conversation-row.tsx";
import { FoundMessages } from "./found-messages.tsx";

/** Search results for a text: conversations by title first, then messages. */
export function MessageSearch({
  text,
  conversations,
  meId,
  presence,
}: {
  text: string;
  conversations: readonly Conversation[];
  meId: string;
  presence: ReadonlyMap<string, Presence>;
}) {
  const t = useChatT();
  const folded = fold(text);
  const named = conversations.filter((each) => fold(titleOf(each, meId, t)).includes(folded));
  return (
    <>
      {named.map((conversation) => (
        <ConversationRow
          key={conversation.id}
          conversation={conversation}
          meId={meId}
          presence={presence}
          isOpen={false}
        />
      ))}
      <FoundMessages text={text} meId={meId} hasMoreAbove={named.length > 0} />
    </>
  );
}
