/**
 * What the screens of chat are built on. The numbers on the Messages icon are in `totals.ts` and the count of unsent
 * messages in `unsent.ts`, so that whoever shows only those loads nothing of this.
 */
import { notifyManager, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { ApiError } from "../../../api/client.ts";
import { readDraft, useDraftText, writeDraft } from "../../../api/drafts.ts";
import { flattenPages } from "../../../api/paged-cache.ts";
import { queryClient } from "../../../api/query-client.ts";
import type { Conversation, FoundMessage, Message } from "../../../realtime/views.ts";
import { useMe } from "../../session/session.queries.ts";
import { setChatListener } from "../live/account-events.ts";
import { holdRoom, sayInRoom, typingPeople } from "../live/conversation-connections.ts";
import { isToldRead, noteRead } from "../live/read-pointer.ts";
import { createOwnTyping } from "../live/typing.ts";
import { outboxOf } from "../outbox/browser-outbox.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";
import { chatDraft } from "../outbox/unsent-count.ts";
import { chatKeys, findConversation, type ListState } from "./chat.cache.ts";
import {
  conversationQuery,
  hearChatNews,
  historyQuery,
  isSearchable,
  listQuery,
  readMoreOfList,
  readOlder,
  resyncConversations,
  searchQuery,
} from "./chat.queries.ts";
import type {
  ConversationList,
  ConversationState,
  FoundMessages,
  MessageList,
  Typing,
} from "./chat.types.ts";
import { reactionsOf } from "./message.mutations.ts";
import type { History } from "./message-history.ts";
import { shownMessages } from "./shown-messages.ts";

export {
  useAddParticipants,
  useAnswerRequest,
  useLeaveConversation,
  useOpenConversation,
  useRemoveParticipant,
  useRenameConversation,
  useSetRole,
  useSilence,
} from "./conversation.mutations.ts";
export { useDeleteMessage, useEditMessage, useReact, useSendMessage } from "./message.mutations.ts";

setChatListener({
  hear: hearChatNews,
  resync: resyncConversations,
  sayDelivered: (meId, id, seq) =>
    isToldRead(meId, id, seq) || sayInRoom(id, { type: "receipt.delivered", seq }),
});

/** Pages of history that are read at most to get to one message. */
const REACH_PAGES_MAX = 60;

/** One's conversations, or the requests that wait for an answer. Kept true by events. */
export function useConversations(state: ListState): ConversationList {
  const { data, isPending, error, refetch } = useQuery(listQuery(state));
  const more = useMutation({ mutationFn: () => readMoreOfList(state) });
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

/** Holds the room's connection while the component is there. A room that does not want one is not asked again and again. */
function useHeldRoom(id: string, error: Error | null): string {
  const meId = useMe()?.id ?? "";
  const isGone = error instanceof ApiError && error.code === "NOT_FOUND";
  useEffect(() => (meId && !isGone ? holdRoom(id, meId) : undefined), [id, meId, isGone]);
  return meId;
}

/** One conversation with its people; holds its room's connection while shown. */
export function useConversation(id: string): ConversationState {
  const { data, isPending, error, refetch } = useQuery(conversationQuery(id));
  useHeldRoom(id, error);
  return { conversation: data ?? null, isPending, error, refetch: () => void refetch() };
}

/** A conversation for its name beside a message that was found: read only when no list has it. */
export function useNamedConversation(id: string): Conversation | null {
  const isKnown = findConversation(queryClient, id) !== undefined;
  return useQuery({ ...conversationQuery(id), enabled: !isKnown }).data ?? null;
}

/** The messages of a conversation, with one's own that are not sent yet. */
export function useMessages(id: string): MessageList {
  const { data, isPending, error, refetch } = useQuery(historyQuery(id));
  const meId = useHeldRoom(id, error);
  const older = useMutation({ mutationFn: () => readOlder(id) });
  const { mutate, isPending: isLoadingOlder } = older;

  const outbox = meId ? outboxOf(meId) : null;
  const pending = usePending(outbox, id);
  const { reacting } = reactionsOf(meId, id);
  const wishes = useSyncExternalStore(reacting.subscribe, reacting.version);
  // What an earlier tab left behind, also when the count beside the outbox was lost.
  useEffect(() => void outbox?.wake(), [outbox]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: wishes says when `reacting` answers something else.
  const messages = useMemo(
    () => shownMessages(data?.items ?? [], pending, meId, (seq) => reacting.of(seq)),
    [data?.items, pending, meId, reacting, wishes],
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
    reach: useCallback((seq) => reach(id, seq), [id]),
  };
}

const NONE: readonly OutboxEntry[] = [];

/** One's own messages of a conversation that the server does not have, oldest first. */
function usePending(outbox: Outbox | null, id: string): readonly OutboxEntry[] {
  return useSyncExternalStore(
    useCallback((listener) => outbox?.subscribe(listener) ?? (() => {}), [outbox]),
    () => outbox?.entriesOf(id) ?? NONE,
  );
}

/** What one wrote in a conversation and the server does not have: the composer's words, and messages that wait. */
export function useUnsentWords(id: string): { draft: string; pending: readonly OutboxEntry[] } {
  const meId = useMe()?.id ?? "";
  const draft = useDraftText(chatDraft(meId, id));
  return { draft, pending: usePending(meId ? outboxOf(meId) : null, id) };
}

/** Reads older pages until the message at this place is there, for whoever shows them too: the cache tells them a turn later. */
async function reach(id: string, seq: number): Promise<boolean> {
  const history = () => queryClient.getQueryData<History>(chatKeys.history(id));
  const isThere = () => history()?.items.some((one) => one.seq === seq) ?? false;
  for (let page = 0; page < REACH_PAGES_MAX && !isThere(); page += 1) {
    const first = history()?.items[0];
    if ((first && first.seq <= seq) || !(await readOlder(id))) break;
  }
  await new Promise<void>((resolve) => notifyManager.schedule(resolve));
  return isThere();
}

/** Who types in a conversation, whether it is open or not. */
export function useTypingPeople(id: string): readonly string[] {
  return useSyncExternalStore(typingPeople.subscribe, () => typingPeople.of(id));
}

/** Who types here, and telling that one does. */
export function useTyping(id: string): Typing {
  const people = useTypingPeople(id);
  const own = useMemo(
    () => createOwnTyping({ now: () => performance.now(), say: (type) => sayInRoom(id, { type }) }),
    [id],
  );
  useEffect(() => () => own.stop(), [own]);
  return { typingPeople: people, noteTyping: own.note, stopTyping: own.stop };
}

/** Call it with the newest place that is on the screen while the page is visible and focused; repeats cost nothing. */
export function useMarkRead(id: string): (seq: number) => void {
  const meId = useMe()?.id ?? null;
  return useCallback(
    (seq) => {
      if (meId) noteRead(meId, id, seq);
    },
    [id, meId],
  );
}

/**
 * Messages of one's own conversations, or (`onlyIn`) of one, that hold these words, newest first. Nothing is asked for less than
 * two letters.
 */
export function useSearchMessages(words: string, onlyIn: string | null): FoundMessages {
  const wanted = words.trim();
  const query = useInfiniteQuery(searchQuery(wanted, onlyIn));
  return {
    found: useMemo(() => flattenPages<FoundMessage>(query.data), [query.data]),
    // What is not asked waits for nothing.
    isPending: query.isPending && isSearchable(wanted),
    error: query.error,
    refetch: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
  };
}

/**
 * The composer's words: survive leaving and reloading. `[text, change, empty]`: `empty` empties the field alone; what is kept
 * goes when the outbox has the words, or on signing out.
 */
export function useDraft(id: string): [string, (text: string) => void, () => void] {
  const meId = useMe()?.id ?? "";
  const name = chatDraft(meId, id);
  const [draft, setDraft] = useState({ name, text: readDraft(name) });
  // Another conversation in the same place: its own words.
  const text = draft.name === name ? draft.text : readDraft(name);
  const change = useCallback(
    (next: string) => {
      setDraft({ name, text: next });
      writeDraft(name, next);
    },
    [name],
  );
  const empty = useCallback(() => setDraft({ name, text: "" }), [name]);
  return [text, change, empty];
}
