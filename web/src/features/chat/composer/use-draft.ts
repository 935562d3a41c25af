import { useCallback, useState } from "react";
import { readDraft, useDraftText, writeDraft } from "../../../api/drafts.ts";
import { usePendingEntries } from "../data/message.hooks.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import { useChatSession } from "../session/chat-session-context.tsx";
import { draftName } from "./conversation-draft.ts";

/**
 * The composer's text, kept on this device across navigation and reloads. Returns `[text, change,
 * clearField]`: `clearField` empties the field but keeps the stored draft, which is deleted when the outbox
 * has stored the message, or on signing out.
 */
export function useDraft(id: string): [string, (text: string) => void, () => void] {
  const name = draftName(useChatSession().accountId, id);
  const [draft, setDraft] = useState({ name, text: readDraft(name) });
  // The component was reused for another conversation: read that one's draft.
  const text = draft.name === name ? draft.text : readDraft(name);
  const change = useCallback(
    (next: string) => {
      setDraft({ name, text: next });
      writeDraft(name, next);
    },
    [name],
  );
  const clearField = useCallback(() => setDraft({ name, text: "" }), [name]);
  return [text, change, clearField];
}

/** The parts of a conversation that the server does not have: the draft, and the messages in the outbox. */
export function useUnsent(id: string): { draft: string; pending: readonly OutboxEntry[] } {
  const draft = useDraftText(draftName(useChatSession().accountId, id));
  return { draft, pending: usePendingEntries(id) };
}
