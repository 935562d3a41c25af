/** What one does to messages: write, change, take back, react. */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useMemo } from "react";
import { newIdempotencyKey } from "../../../api/client.ts";
import { readDraft, writeDraft } from "../../../api/drafts.ts";
import { queryClient } from "../../../api/query-client.ts";
import type { Message } from "../../../realtime/views.ts";
import { useMe } from "../../session/session.queries.ts";
import { applyMessage } from "../live/chat.events.ts";
import { carryOut } from "../live/conversation-connections.ts";
import { byRoomOrRequest } from "../live/socket-or-http.ts";
import { outboxOf } from "../outbox/browser-outbox.ts";
import { chatDraft } from "../outbox/unsent-count.ts";
import { deleteMessage, editMessage, reactToMessage } from "./chat.api.ts";
import type { MessageSending } from "./chat.types.ts";
import { createReacting, type Reacting } from "./optimistic-reactions.ts";

/** Sending that survives: written down on this device first, gone from there once the server has it. */
export function useSendMessage(id: string): MessageSending {
  const meId = useMe()?.id ?? null;
  return useMemo(
    () => ({
      send(body, replyTo = null) {
        const clientId = newIdempotencyKey();
        if (!meId) return clientId;
        const draft = chatDraft(meId, id);
        void outboxOf(meId)
          .add({ clientId, conversationId: id, body, replyTo })
          .then(() => {
            // Written down: the draft may go, unless something else was typed meanwhile.
            if (readDraft(draft).trim() === body.trim()) writeDraft(draft, "");
          });
        return clientId;
      },
      retry: (clientId) => void (meId && outboxOf(meId).retry(clientId)),
      discard: (clientId) => void (meId && outboxOf(meId).discard(clientId)),
    }),
    [id, meId],
  );
}

/** By the open conversation's socket, else by request; then its answer shows what the next poll would. */
async function perform(byRoom: () => Promise<unknown>, byRequest: () => Promise<Message>): Promise<void> {
  const message = await byRoomOrRequest(byRoom, byRequest);
  if (message) applyMessage(queryClient, message);
}

/** Changes the words of one's own message. Shown when it is done. */
export function useEditMessage(id: string): UseMutationResult<void, Error, { seq: number; body: string }> {
  return useMutation({
    mutationFn: async ({ seq, body }) => {
      const ref = newIdempotencyKey();
      await perform(
        () => carryOut(id, ref, { type: "message.edit", ref, seq, body }),
        () => editMessage(id, seq, body),
      );
    },
  });
}

/** Takes one's own message back, for everybody. Shown when it is done. */
export function useDeleteMessage(id: string): UseMutationResult<void, Error, { seq: number }> {
  return useMutation({
    mutationFn: async ({ seq }) => {
      const ref = newIdempotencyKey();
      await perform(
        () => carryOut(id, ref, { type: "message.delete", ref, seq }),
        () => deleteMessage(id, seq),
      );
    },
  });
}

interface Reactions {
  reacting: Reacting;
  failure: { tell(error: unknown): void };
}
const reactions = new Map<string, Reactions>();

/** One's wishes in a conversation that the server has not confirmed. */
export function reactionsOf(meId: string, id: string): Reactions {
  const key = `${meId}:${id}`;
  const known = reactions.get(key);
  if (known) return known;
  const failure = { tell: (_error: unknown) => {} };
  const reacting = createReacting({
    send: (seq, emoji, isOn) => {
      const ref = newIdempotencyKey();
      return perform(
        () => carryOut(id, ref, { type: "message.react", ref, seq, emoji, isOn }),
        () => reactToMessage(id, seq, emoji, isOn),
      );
    },
    onFailure: (error) => failure.tell(error),
    setTimer: (run, ms) => setTimeout(run, ms),
  });
  const made = { reacting, failure };
  reactions.set(key, made);
  return made;
}

/** Reacts or takes it back: shown at once, undone when it fails (then `onFailure` hears why). */
export function useReact(
  id: string,
  onFailure: (error: unknown) => void,
): (seq: number, emoji: string, isOn: boolean) => void {
  const meId = useMe()?.id ?? "";
  const tell = useEffectEvent(onFailure);
  useEffect(() => {
    reactionsOf(meId, id).failure.tell = (error) => tell(error);
  }, [meId, id]);
  return useCallback(
    (seq, emoji, isOn) => void reactionsOf(meId, id).reacting.react(seq, emoji, isOn),
    [meId, id],
  );
}
