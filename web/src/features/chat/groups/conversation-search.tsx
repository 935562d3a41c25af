import { useState } from "react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/form/text-field.tsx";
import { isSearchable } from "../data/chat.queries.ts";
import { FoundMessages } from "../list/found-messages.tsx";

/** Searches one conversation; choosing a result scrolls to that message. */
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
  const [text, setText] = useState("");
  const query = text.trim();
  return (
    <Dialog title={t.searchHere} onClose={onClose}>
      <TextField
        label={t.searchHereWords}
        type="search"
        autoFocus
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {/* A fixed height, so that the field does not move when results appear. */}
      <div className="-mx-5 mt-3 h-80 overflow-y-auto overscroll-contain">
        {isSearchable(query) ? (
          <FoundMessages text={query} onlyIn={conversation.id} meId={meId} onOpen={onClose} />
        ) : null}
      </div>
    </Dialog>
  );
}
