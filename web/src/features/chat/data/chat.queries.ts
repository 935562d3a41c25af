/**
 * Fetches lists, conversations and messages, and merges each response with the events that arrived during
 * the request.
 */
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { isTransient } from "../../../api/api-error.ts";
import { STALE_MS } from "../../../api/query-client.ts";
import type { Conversation, Message } from "../../../realtime/views.ts";
import { applyLeft, applyMemberState, type ConversationEvents } from "../live/chat.events.ts";
import type { ChatEvent } from "../session/chat-account.ts";
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
import { addMessage, type History, joinNewest, joinOlder } from "./message-history.ts";

/**
 * The interval at which messages that could not be loaded are fetched again while they are shown. They are
 * also fetched as soon as the browser is online again.
 */
const REFETCH_MS = 5_000;
/** The maximal number of history pages that are loaded to reach one message. */
const REACH_PAGES_MAX = 60;

export interface ChatQueries {
  /** The loaded part of a list; a refetch reads its first page. */
  list(state: ListState): ReturnType<typeof listOptions>;
  /** Reads the next page of a list. */
  readMoreOfList(state: ListState): Promise<void>;
  /** The messages of a conversation. Read once; from then on the room's events keep them up to date. */
  history(id: string): ReturnType<typeof historyOptions>;
  /** Reads the newest page and merges it with the loaded messages and with those that arrived meanwhile. */
  readNewest(id: string, signal?: AbortSignal): Promise<History>;
  /** How long ago the newest page was last asked for, in milliseconds; 0 when it was not. */
  historyReadAgoMs(id: string): number;
  /** Reads the next older page. False when there is none. */
  readOlder(id: string): Promise<boolean>;
  /** Reads older pages until the message with this seq is loaded. False when it cannot be reached. */
  readUntil(id: string, seq: number): Promise<boolean>;
  /** Applies a chat event of the account's room to the loaded lists and conversations. */
  onChatEvent(event: ChatEvent): void;
  /** Events were lost: refetches what is shown. */
  refetchAll(): void;
}

export interface ChatQueriesDeps {
  client: QueryClient;
  accountId: string;
  events: Pick<ConversationEvents, "readWithArrivals">;
  /** True while this browser is signed in with this account. */
  isOwnSession(): boolean;
  /** Called with the client ids of outbox messages that the server has. */
  onConfirmed(clientIds: readonly string[]): void;
  /** Called when messages up to `seq` have reached this device. */
  onDelivered(conversationId: string, seq: number): void;
}

const listOptions = (state: ListState, read: (signal: AbortSignal) => Promise<ConversationPages>) =>
  queryOptions({ queryKey: chatKeys.list(state), queryFn: ({ signal }) => read(signal) });

const historyOptions = (id: string, read: (signal: AbortSignal) => Promise<History>) =>
  queryOptions({
    queryKey: chatKeys.history(id),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => read(signal),
    refetchOnReconnect: true,
    refetchInterval: ({ state }) => (isTransient(state.error) ? REFETCH_MS : false),
  });

export function createChatQueries(deps: ChatQueriesDeps): ChatQueries {
  const { client, accountId, events } = deps;
  const historyReadAt = new Map<string, number>();
  /** Conversations that are being fetched, with the newest event of each that arrived during the request. */
  const readsInFlight = new Map<string, ChatEvent | null>();

  /** Sends delivered receipts for messages that arrived while no tab was open. */
  function reportDelivered(conversations: readonly Conversation[]): void {
    if (!deps.isOwnSession()) return;
    for (const { id, unread, lastSeq, participants } of conversations) {
      const me = participants.find((one) => one.id === accountId);
      if (me && unread > 0 && me.deliveredSeq < lastSeq) deps.onDelivered(id, lastSeq);
    }
  }

  /** Removes own messages from the outbox that the server has returned. */
  function confirmOwn(messages: readonly Message[]): void {
    const own = messages.filter((one) => one.senderId === accountId).flatMap((one) => one.clientId ?? []);
    if (own.length > 0) deps.onConfirmed(own);
  }

  async function readFirstPage(state: ListState, signal: AbortSignal): Promise<ConversationPages> {
    const page = await readConversations(state, null, signal);
    reportDelivered(page.items);
    return joinFirstPage(client.getQueryData<ConversationPages>(chatKeys.list(state)), page);
  }

  async function readNewest(id: string, signal?: AbortSignal): Promise<History> {
    historyReadAt.set(id, performance.now());
    const { answer, arrived } = await events.readWithArrivals(id, () => readMessages(id, null, signal));
    confirmOwn(answer.items);
    const known = client.getQueryData<History>(chatKeys.history(id));
    return arrived.reduce(addMessage, joinNewest(known, answer));
  }

  async function readOlder(id: string): Promise<boolean> {
    const key = chatKeys.history(id);
    const cursor = client.getQueryData<History>(key)?.olderCursor;
    if (!cursor) return false;
    const { answer, arrived } = await events.readWithArrivals(id, () => readMessages(id, cursor));
    client.setQueryData<History>(
      key,
      (history) => history && arrived.reduce(addMessage, joinOlder(history, cursor, answer)),
    );
    return true;
  }

  async function readWhole(id: string): Promise<void> {
    readsInFlight.set(id, null);
    try {
      const received = await readConversation(id);
      const latest = readsInFlight.get(id);
      // The account left during the request: the response is older and must not add the conversation again.
      if (latest?.type === "conversation.left") return;
      storeConversation(client, newerConversation(findConversation(client, id), received));
      if (latest?.type === "conversation.touched") applyMemberState(client, latest.data);
    } catch {
      // The next event of this conversation, or the next fetch of the list, tries again.
    } finally {
      readsInFlight.delete(id);
    }
  }

  return {
    list: (state) => listOptions(state, (signal) => readFirstPage(state, signal)),
    async readMoreOfList(state) {
      const key = chatKeys.list(state);
      const cursor = client.getQueryData<ConversationPages>(key)?.nextCursor;
      if (!cursor) return;
      const page = await readConversations(state, cursor);
      client.setQueryData<ConversationPages>(key, (list) => list && joinNextPage(list, cursor, page));
    },
    history: (id) => historyOptions(id, (signal) => readNewest(id, signal)),
    readNewest,
    historyReadAgoMs(id) {
      const at = historyReadAt.get(id);
      return at === undefined ? 0 : performance.now() - at;
    },
    readOlder,
    async readUntil(id, seq) {
      const history = () => client.getQueryData<History>(chatKeys.history(id));
      const isLoaded = () => history()?.items.some((one) => one.seq === seq) ?? false;
      for (let page = 0; page < REACH_PAGES_MAX && !isLoaded(); page += 1) {
        const first = history()?.items[0];
        if ((first && first.seq <= seq) || !(await readOlder(id))) break;
      }
      return isLoaded();
    },
    onChatEvent(event) {
      const id = event.type === "conversation.left" ? event.data.id : event.data.conversation.id;
      if (readsInFlight.has(id)) readsInFlight.set(id, event);
      if (event.type === "conversation.left") {
        applyLeft(client, event.data);
        return;
      }
      if (applyMemberState(client, event.data) && !readsInFlight.has(id)) void readWhole(id);
    },
    refetchAll() {
      void client.invalidateQueries({ queryKey: chatKeys.lists });
      void client.invalidateQueries({ queryKey: chatKeys.ones });
    },
  };
}

/**
 * One conversation. A copy from a loaded list is not made its initial data: React Query would bring that copy
 * back, out of date, when the query is reset. Readers fall back to `findConversation`.
 */
export function conversationQuery(client: QueryClient, id: string) {
  return queryOptions({
    queryKey: chatKeys.one(id),
    staleTime: STALE_MS.thread,
    queryFn: async ({ signal }): Promise<Conversation> => {
      const received = await readConversation(id, signal);
      const conversation = newerConversation(findConversation(client, id), received);
      storeConversation(client, conversation);
      return conversation;
    },
  });
}

/** For shorter text the server finds nothing useful. */
const SEARCH_MIN_CHARS = 2;

export const isSearchable = (text: string) => text.length >= SEARCH_MIN_CHARS;

export function searchQuery(text: string, onlyIn: string | null) {
  return infiniteQueryOptions({
    queryKey: chatKeys.search(text, onlyIn),
    enabled: isSearchable(text),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => searchMessages(text, onlyIn, pageParam, signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}
