import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Presence } from "../../../realtime/views.ts";
import { titleOf } from "../data/conversation-text.ts";
import { fold } from "../data/fold-accents.ts";
import { ConversationRow } from "./conversation-row.tsx";
import { FoundMessages } from "./found-messages.tsx";

/** What one's own conversations say about these words: conversations by name first, then messages. */
export function MessageSearch({
  words,
  conversations,
  meId,
  presence,
}: {
  words: string;
  conversations: readonly Conversation[];
  meId: string;
  presence: ReadonlyMap<string, Presence>;
}) {
  const t = useChatT();
  const folded = fold(words);
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
      <FoundMessages words={words} meId={meId} hasMoreAbove={named.length > 0} />
    </>
  );
}
