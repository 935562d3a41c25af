import { useState } from "react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/form/text-field.tsx";
import { isSearchable } from "../data/chat.queries.ts";
import { FoundMessages } from "../list/found-messages.tsx";

/** Looks for words in one conversation; choosing a message goes to it. */
export function ConversationSearch({
  conversation,
  meId,
  onClose,
}: {
  conversation: Conversation;
  meId: string;
  onClose: () => void;
}) {
  const t = useChatT();
  const [words, setWords] = useState("");
  const asked = words.trim();
  return (
    <Dialog title={t.searchHere} onClose={onClose}>
      <TextField
        label={t.searchHereWords}
        type="search"
        autoFocus
        autoComplete="off"
        maxLength={100}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {/* As tall with something found as without, so that the field stays under the finger. */}
      <div className="-mx-5 mt-3 h-80 overflow-y-auto overscroll-contain">
        {isSearchable(asked) ? (
          <FoundMessages words={asked} onlyIn={conversation.id} meId={meId} onOpen={onClose} />
        ) : null}
      </div>
    </Dialog>
  );
}
