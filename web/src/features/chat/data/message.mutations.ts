/** Sending, editing, deleting and reacting to messages. */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useMemo } from "react";
import { newIdempotencyKey } from "../../../api/client.ts";
import { readDraft, writeDraft } from "../../../api/drafts.ts";
import { draftName } from "../composer/conversation-draft.ts";
import { useChatSession } from "../session/chat-session-context.tsx";
import { deleteMessage, editMessage } from "./chat.api.ts";
import type { MessageSending } from "./chat.types.ts";

/**
 * Sends through the outbox: it stores a message on this device first and deletes it once the server has
 * it.
 */
export function useSendMessage(id: string): MessageSending {
  const { accountId, outbox } = useChatSession();
  return useMemo(
    () => ({
      send(body, replyTo = null) {
        const clientId = newIdempotencyKey();
        const draft = draftName(accountId, id);
        void outbox.add({ clientId, conversationId: id, body, replyTo }).then(() => {
          // The outbox has stored the message: delete the draft, unless the user has changed it since.
          if (readDraft(draft).trim() === body.trim()) writeDraft(draft, "");
        });
        return clientId;
      },
      retry: (clientId) => void outbox.retry(clientId),
      discard: (clientId) => void outbox.discard(clientId),
    }),
    [accountId, outbox, id],
  );
}

/** Changes the text of an own message. Not optimistic: shown after the server's response. */
export function useEditMessage(id: string): UseMutationResult<void, Error, { seq: number; body: string }> {
  const { changeMessage } = useChatSession();
  return useMutation({
    mutationFn: ({ seq, body }) =>
      changeMessage(
        id,
        (ref) => ({ type: "message.edit", ref, seq, body }),
        () => editMessage(id, seq, body),
      ),
  });
}

/** Deletes an own message for all members. Not optimistic: shown after the server's response. */
export function useDeleteMessage(id: string): UseMutationResult<void, Error, { seq: number }> {
  const { changeMessage } = useChatSession();
  return useMutation({
    mutationFn: ({ seq }) =>
      changeMessage(
        id,
        (ref) => ({ type: "message.delete", ref, seq }),
        () => deleteMessage(id, seq),
      ),
  });
}

/** Adds or removes a reaction optimistically. On failure it is reverted and `onFailure` is called. */
export function useReact(
  id: string,
  onFailure: (error: unknown) => void,
): (seq: number, emoji: string, isOn: boolean) => void {
  const reactions = useChatSession().reactionsOf(id);
  const fail = useEffectEvent(onFailure);
  useEffect(() => {
    reactions.onFailure = (error) => fail(error);
  }, [reactions]);
  return useCallback((seq, emoji, isOn) => void reactions.react(seq, emoji, isOn), [reactions]);
}
