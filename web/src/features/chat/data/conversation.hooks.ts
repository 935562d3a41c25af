/** Lists, single conversations and search, as the chat screens read them. */
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { ApiError } from "../../../api/client.ts";
import { flattenPages } from "../../../api/paged-cache.ts";
import type { Conversation, FoundMessage } from "../../../realtime/views.ts";
import { useChatSession } from "../session/chat-session-context.tsx";
import { findConversation, type ListState } from "./chat.cache.ts";
import { conversationQuery, isSearchable, searchQuery } from "./chat.queries.ts";
import type { ConversationList, ConversationState, FoundMessages } from "./chat.types.ts";

/** The account's conversations, or its message requests. Events keep the list up to date. */
export function useConversations(state: ListState): ConversationList {
  const { queries } = useChatSession();
  const { data, isPending, error, refetch } = useQuery(queries.list(state));
  const more = useMutation({ mutationFn: () => queries.readMoreOfList(state) });
  const { mutate, isPending: isLoadingMore } = more;
  const loadMore = useCallback(() => {
    if (!isLoadingMore) mutate();
  }, [mutate, isLoadingMore]);
  return {
    conversations: data?.items ?? [],
    isPending,
    error: error ?? more.error,
    refetch: () => void refetch(),
    hasMore: data?.nextCursor != null,
    isLoadingMore,
    loadMore,
  };
}

/**
 * Keeps the conversation's connection open while the component is mounted, unless the conversation does
 * not exist.
 */
export function useConversationConnection(id: string, error: Error | null): void {
  const { connections } = useChatSession();
  const isGone = error instanceof ApiError && error.code === "NOT_FOUND";
  useEffect(() => (isGone ? undefined : connections.hold(id)), [connections, id, isGone]);
}

/** One conversation with its members. Keeps its connection open while the component is mounted. */
export function useConversation(id: string): ConversationState {
  const { client } = useChatSession();
  const { data, isPending, error, refetch } = useQuery(conversationQuery(client, id));
  useConversationConnection(id, error);
  // Until the query has data, or when it fails, the copy from a loaded list is shown.
  const conversation = data ?? findConversation(client, id) ?? null;
  return { conversation, isPending, error, refetch: () => void refetch() };
}

/** The conversation of a search result, to show its name. Fetched only when no loaded list has it. */
export function useNamedConversation(id: string): Conversation | null {
  const { client } = useChatSession();
  const known = findConversation(client, id);
  const { data } = useQuery({ ...conversationQuery(client, id), enabled: known === undefined });
  return data ?? known ?? null;
}

/**
 * Searches the messages of all the account's conversations, or (`onlyIn`) of one, newest first. Text shorter
 * than two characters is not searched.
 */
export function useSearchMessages(text: string, onlyIn: string | null): FoundMessages {
  const wanted = text.trim();
  const query = useInfiniteQuery(searchQuery(wanted, onlyIn));
  return {
    found: useMemo(() => flattenPages<FoundMessage>(query.data), [query.data]),
    // A disabled query stays pending.
    isPending: query.isPending && isSearchable(wanted),
    error: query.error,
    refetch: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
  };
}
