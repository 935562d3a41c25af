/** Where conversations live in the query cache, and the pure patches of lists and rosters. */
import type { QueryClient } from "@tanstack/react-query";
import type { Conversation, ConversationNumbers, Participant } from "../../../realtime/views.ts";
import type { Page } from "./chat.api.ts";

export type ListState = "accepted" | "requested";
/** A list as far as it is loaded, the newest first. */
export type ConversationPages = Page<Conversation>;

export const chatKeys = {
  lists: ["chat", "list"] as const,
  list: (state: ListState) => ["chat", "list", state] as const,
  ones: ["chat", "one"] as const,
  one: (id: string) => ["chat", "one", id] as const,
  history: (id: string) => ["chat", "history", id] as const,
  search: (words: string, onlyIn: string | null) => ["chat", "search", words, onlyIn] as const,
};

const LIST_STATES: readonly ListState[] = ["accepted", "requested"];

/** When something happened last, for the order of a list. */
function movedAt({ lastMessage, createdAt }: Conversation): string {
  return lastMessage?.at ?? createdAt;
}

const byNewest = (a: Conversation, b: Conversation) => Date.parse(movedAt(b)) - Date.parse(movedAt(a));

/** Pointers only grow; what is not shared any more is not shown. */
export function laterPointers(known: Participant, heard: Participant): Participant {
  const isDelivered = heard.deliveredSeq >= known.deliveredSeq;
  const isRead = heard.readSeq === null || known.readSeq === null || heard.readSeq >= known.readSeq;
  return {
    ...heard,
    deliveredSeq: isDelivered ? heard.deliveredSeq : known.deliveredSeq,
    deliveredAt: isDelivered ? heard.deliveredAt : known.deliveredAt,
    readSeq: isRead ? heard.readSeq : known.readSeq,
    readAt: isRead ? heard.readAt : known.readAt,
  };
}

type Last = Pick<Conversation, "lastSeq" | "lastMessage">;

/** The last message as it was heard last, unless an even later one is known: from its own room, which is the quicker. */
function laterLast(known: Last, heard: Last): Last {
  return known.lastSeq > heard.lastSeq ? known : heard;
}

/** Of two tellings of one conversation: numbers by `rev`, the roster by `version`, pointers the further. */
export function newerConversation(known: Conversation | undefined, heard: Conversation): Conversation {
  if (!known) return heard;
  const { rev, readSeq, unread } = known.rev > heard.rev ? known : heard;
  const { lastSeq, lastMessage } = laterLast(known, known.rev > heard.rev ? known : heard);
  const roster = known.version > heard.version ? known : heard;
  const before = new Map(known.participants.map((one) => [one.id, one]));
  const participants = roster.participants.map((one) => {
    const other = before.get(one.id);
    return other && roster !== known ? laterPointers(other, one) : one;
  });
  const sender = heard.sender ?? known.sender;
  return {
    ...roster,
    ...(sender ? { sender } : {}),
    participants,
    rev,
    lastSeq,
    lastMessage,
    readSeq,
    unread,
  };
}

/** A list with a conversation in its place, if it belongs to what is loaded; the newest first. */
export function placeInList(
  list: ConversationPages,
  conversation: Conversation,
  isMember: boolean,
): ConversationPages {
  const others = list.items.filter((one) => one.id !== conversation.id);
  if (!isMember) return others.length === list.items.length ? list : { ...list, items: others };
  const last = list.items.at(-1);
  const isLoaded = others.length < list.items.length;
  const isFurtherDown = list.nextCursor !== null && last && byNewest(last, conversation) < 0;
  if (!isLoaded && isFurtherDown) return list;
  return { ...list, items: [...others, conversation].sort(byNewest) };
}

/** The first page, read again: what it should hold and does not is gone; what stands further down stays. */
export function joinFirstPage(
  known: ConversationPages | undefined,
  page: ConversationPages,
): ConversationPages {
  if (!known) return page;
  const before = new Map(known.items.map((one) => [one.id, one]));
  const fresh = page.items.map((one) => newerConversation(before.get(one.id), one));
  const last = page.items.at(-1);
  if (page.nextCursor === null || !last) return { items: fresh.sort(byNewest), nextCursor: page.nextCursor };
  const ids = new Set(page.items.map((one) => one.id));
  const further = known.items.filter((one) => !ids.has(one.id) && byNewest(last, one) < 0);
  return {
    items: [...fresh, ...further].sort(byNewest),
    nextCursor: further.length > 0 ? known.nextCursor : page.nextCursor,
  };
}

/** The page after what is loaded, asked for at `cursor`; left out when the list was begun anew meanwhile. */
export function joinNextPage(
  known: ConversationPages,
  cursor: string,
  page: ConversationPages,
): ConversationPages {
  if (known.nextCursor !== cursor) return known;
  const before = new Map(known.items.map((one) => [one.id, one]));
  for (const one of page.items) before.set(one.id, newerConversation(before.get(one.id), one));
  return { items: [...before.values()].sort(byNewest), nextCursor: page.nextCursor };
}

/** A conversation as any place of the cache has it. */
export function findConversation(client: QueryClient, id: string): Conversation | undefined {
  const one = client.getQueryData<Conversation>(chatKeys.one(id));
  if (one) return one;
  for (const [, list] of client.getQueriesData<ConversationPages>({ queryKey: chatKeys.lists })) {
    const found = list?.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Puts a conversation wherever it belongs now, and out of where it does not. */
export function storeConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData<Conversation>(chatKeys.one(conversation.id), conversation);
  for (const state of LIST_STATES) {
    client.setQueryData<ConversationPages>(
      chatKeys.list(state),
      (list) => list && placeInList(list, conversation, conversation.viewer.state === state),
    );
  }
}

/** Changes a conversation that is known; nothing happens to one that is not, or when `change` gives the same back. */
export function patchConversation(
  client: QueryClient,
  id: string,
  change: (conversation: Conversation) => Conversation,
): void {
  const known = findConversation(client, id);
  if (!known) return;
  const next = change(known);
  if (next !== known) storeConversation(client, next);
}

/** Takes a conversation out of every place; its own page asks again and hears that it is gone. */
export function removeConversation(client: QueryClient, id: string): void {
  for (const state of LIST_STATES) {
    client.setQueryData<ConversationPages>(
      chatKeys.list(state),
      (list) => list && { ...list, items: list.items.filter((one) => one.id !== id) },
    );
  }
  void client.resetQueries({ queryKey: chatKeys.one(id) });
  void client.resetQueries({ queryKey: chatKeys.history(id) });
}

/** The numbers of a conversation, unless newer ones are known. */
export function withNumbers(conversation: Conversation, numbers: ConversationNumbers): Conversation {
  const { rev, readSeq, unread } = numbers;
  if (rev < conversation.rev) return conversation;
  const { lastSeq, lastMessage } = laterLast(conversation, numbers);
  return { ...conversation, rev, lastSeq, lastMessage, readSeq, unread };
}
