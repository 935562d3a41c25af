/** The messages of a conversation, as the message list reads them. */
import { notifyManager, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useStore } from "../../../api/create-store.ts";
import type { Message } from "../../../realtime/views.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import { useChatSession } from "../session/chat-session-context.tsx";
import type { MessageList } from "./chat.types.ts";
import { useConversationConnection } from "./conversation.hooks.ts";
import { shownMessages } from "./shown-messages.ts";

/**
 * The messages of a conversation, followed by the account's own unsent messages. Keeps the conversation's
 * connection open while the component is mounted.
 */
export function useMessages(id: string): MessageList {
  const session = useChatSession();
  const { accountId, outbox, queries } = session;
  const { data, isPending, error, refetch } = useQuery(queries.history(id));
  useConversationConnection(id, error);
  const older = useMutation({ mutationFn: () => queries.readOlder(id) });
  const { mutate, isPending: isLoadingOlder } = older;

  const pending = usePendingEntries(id);
  const intents = useStore(session.reactionsOf(id));
  // Sends messages that a closed tab left in the outbox, even if the stored unsent count was lost.
  useEffect(() => void outbox.wake(), [outbox]);

  const messages = useMemo(
    () => shownMessages(data?.items ?? [], pending, accountId, (seq) => intents.get(seq)),
    [data?.items, pending, accountId, intents],
  );
  const bySeq = useMemo(() => {
    const all = new Map<number, Message>();
    for (const one of [...(data?.quoted ?? []), ...(data?.items ?? [])]) all.set(one.seq, one);
    return all;
  }, [data]);

  return {
    messages,
    messageAt: useCallback((seq) => bySeq.get(seq) ?? null, [bySeq]),
    isPending,
    error,
    refetch: () => void refetch(),
    hasOlder: data?.olderCursor != null,
    isLoadingOlder,
    olderError: older.error,
    loadOlder: useCallback(() => {
      if (!isLoadingOlder) mutate();
    }, [mutate, isLoadingOlder]),
    loadUntil: useCallback(
      async (seq) => {
        const isLoaded = await queries.readUntil(id, seq);
        // React Query notifies components in a later task: resolve after they have the messages.
        await new Promise<void>((resolve) => notifyManager.schedule(resolve));
        return isLoaded;
      },
      [queries, id],
    ),
  };
}

const NONE: readonly OutboxEntry[] = [];

/** The account's own messages of a conversation that the server has not acknowledged, oldest first. */
export function usePendingEntries(id: string): readonly OutboxEntry[] {
  return useStore(useChatSession().outbox, (entries) => entries.get(id) ?? NONE);
}

/**
 * Returns a function that marks the conversation as read. Call it with the newest seq in view while the
 * page is visible and focused. Repeated calls with the same seq do nothing.
 */
export function useMarkRead(id: string): (seq: number) => void {
  const { readPointers } = useChatSession();
  return useCallback((seq) => readPointers.markRead(id, seq), [readPointers, id]);
}
