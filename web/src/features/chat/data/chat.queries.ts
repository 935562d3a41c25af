/** Reading conversations: lists, one, its messages. Answers are joined with what events have told meanwhile. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { accountHere } from "../../../api/account.ts";
import { isTransient } from "../../../api/api-error.ts";
import { queryClient, STALE_MS } from "../../../api/query-client.ts";
import type { Conversation, Message } from "../../../realtime/views.ts";
import { type ChatNews, noteDelivered } from "../live/account-events.ts";
import { applyLeft, applyTouched, readListening } from "../live/chat.events.ts";
import { outboxOf } from "../outbox/browser-outbox.ts";
import { readConversation, readConversations, readMessages, searchMessages } from "./chat.api.ts";
import {
  type ConversationPages,
  chatKeys,
  findConversation,
  joinFirstPage,
  joinNextPage,
  type ListState,
  newerConversation,
  storeConversation,
} from "./chat.cache.ts";
import { type History, hearMessage, joinNewest, joinOlder } from "./message-history.ts";

/** A list as far as it is loaded; reading again reads its first page. */
export function listQuery(state: ListState) {
  return queryOptions({
    queryKey: chatKeys.list(state),
    queryFn: async ({ signal }): Promise<ConversationPages> => {
      const page = await readConversations(state, null, signal);
      tellDelivered(page.items);
      return joinFirstPage(queryClient.getQueryData<ConversationPages>(chatKeys.list(state)), page);
    },
  });
}

/** Joins the next page of a list to what is loaded. */
export async function readMoreOfList(state: ListState): Promise<void> {
  const key = chatKeys.list(state);
  const cursor = queryClient.getQueryData<ConversationPages>(key)?.nextCursor;
  if (!cursor) return;
  const page = await readConversations(state, cursor);
  queryClient.setQueryData<ConversationPages>(key, (list) => list && joinNextPage(list, cursor, page));
}

/** What came while no tab was open is on this device now. */
function tellDelivered(conversations: readonly Conversation[]): void {
  const meId = accountHere();
  for (const { id, unread, lastSeq, participants } of conversations) {
    const me = participants.find((one) => one.id === meId);
    if (me && unread > 0 && me.deliveredSeq < lastSeq) noteDelivered(me.id, id, lastSeq);
  }
}

/** One conversation; a list that has it lends it until it is read. */
export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: chatKeys.one(id),
    staleTime: STALE_MS.thread,
    initialData: () => findConversation(queryClient, id),
    initialDataUpdatedAt: 0,
    queryFn: async ({ signal }): Promise<Conversation> => {
      const heard = await readConversation(id, signal);
      const conversation = newerConversation(findConversation(queryClient, id), heard);
      storeConversation(queryClient, conversation);
      return conversation;
    },
  });
}

/** Reads a conversation again, if it is shown. Rejects when that fails. */
export async function refetchConversation(id: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: chatKeys.one(id) }, { throwOnError: true });
}

const readAt = new Map<string, number>();

/** How long ago the messages of a conversation were asked for first, in milliseconds. */
export function historyReadAgoMs(id: string): number {
  const at = readAt.get(id);
  return at === undefined ? 0 : performance.now() - at;
}

/** The newest page, joined with what is here and what was heard meanwhile. */
export async function readNewest(id: string, signal?: AbortSignal): Promise<History> {
  readAt.set(id, performance.now());
  const { answer, heard } = await readListening(id, () => readMessages(id, null, signal));
  confirmOwn(answer.items);
  const known = queryClient.getQueryData<History>(chatKeys.history(id));
  return heard.reduce(hearMessage, joinNewest(known, answer));
}

/** Own messages that the server shows need not be sent any more. */
function confirmOwn(messages: readonly Message[]): void {
  const meId = accountHere();
  const own = messages.filter((one) => one.senderId === meId).flatMap((one) => one.clientId ?? []);
  if (meId && own.length > 0) outboxOf(meId).confirm(own);
}

/** What did not come is asked for again while it is looked at; sooner when the network says that it is back. */
const ASK_AGAIN_MS = 5_000;

/** The messages of a conversation. Read once: from then on its room tells. */
export function historyQuery(id: string) {
  return queryOptions({
    queryKey: chatKeys.history(id),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => readNewest(id, signal),
    refetchOnReconnect: true,
    refetchInterval: ({ state }) => (isTransient(state.error) ? ASK_AGAIN_MS : false),
  });
}

/** Joins the page before what is loaded. False when there is none. */
export async function readOlder(id: string): Promise<boolean> {
  const key = chatKeys.history(id);
  const cursor = queryClient.getQueryData<History>(key)?.olderCursor;
  if (!cursor) return false;
  const { answer, heard } = await readListening(id, () => readMessages(id, cursor));
  queryClient.setQueryData<History>(
    key,
    (history) => history && heard.reduce(hearMessage, joinOlder(history, cursor, answer)),
  );
  return true;
}

/** Shorter words are in everything, and are not looked for. */
const SEARCH_MIN_CHARS = 2;

export const isSearchable = (words: string) => words.length >= SEARCH_MIN_CHARS;

export function searchQuery(words: string, onlyIn: string | null) {
  return infiniteQueryOptions({
    queryKey: chatKeys.search(words, onlyIn),
    enabled: isSearchable(words),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => searchMessages(words, onlyIn, pageParam, signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Conversations that are being read whole, with the newest that was told of each meanwhile. */
const reading = new Map<string, ChatNews | null>();

/** News from the account's room, for lists and pages that are loaded. */
export function hearChatNews(news: ChatNews): void {
  if (news.type === "conversation.left") {
    applyLeft(queryClient, news.data);
    return;
  }
  const { id } = news.data.conversation;
  if (reading.has(id)) reading.set(id, news);
  if (applyTouched(queryClient, news.data) && !reading.has(id)) void readWhole(id);
}

async function readWhole(id: string): Promise<void> {
  reading.set(id, null);
  try {
    const heard = await readConversation(id);
    storeConversation(queryClient, newerConversation(findConversation(queryClient, id), heard));
  } catch {
    // The next news of it, or the next look at the list, asks again.
  }
  const latest = reading.get(id);
  reading.delete(id);
  if (latest?.type === "conversation.touched") applyTouched(queryClient, latest.data);
}

/** Reads what is shown again. */
export function resyncConversations(): void {
  void queryClient.invalidateQueries({ queryKey: chatKeys.lists });
  void queryClient.invalidateQueries({ queryKey: chatKeys.ones });
}
