/** The query keys of conversations, and pure functions that patch the cached lists and members. */
import type { QueryClient } from "@tanstack/react-query";
import type { Conversation, Member, MemberState } from "../../../realtime/views.ts";
import type { Page } from "./chat.api.ts";

export type ListState = "accepted" | "requested";
/** The loaded part of a list, newest first. */
export type ConversationPages = Page<Conversation>;

export const chatKeys = {
  lists: ["chat", "list"] as const,
  list: (state: ListState) => ["chat", "list", state] as const,
  ones: ["chat", "one"] as const,
  one: (id: string) => ["chat", "one", id] as const,
  history: (id: string) => ["chat", "history", id] as const,
  search: (text: string, onlyIn: string | null) => ["chat", "search", text, onlyIn] as const,
};

const LIST_STATES: readonly ListState[] = ["accepted", "requested"];

/** The sort key of a list. */
function lastActivityAt({ lastMessage, createdAt }: Conversation): string {
  return lastMessage?.at ?? createdAt;
}

const byNewest = (a: Conversation, b: Conversation) =>
  Date.parse(lastActivityAt(b)) - Date.parse(lastActivityAt(a));

/**
 * Merges two versions of a member. Pointers only grow. A null `readSeq` means that the member
 * does not share read receipts, so the merge does not fill it in.
 */
export function laterPointers(known: Member, received: Member): Member {
  const isDelivered = received.deliveredSeq >= known.deliveredSeq;
  const isRead = received.readSeq === null || known.readSeq === null || received.readSeq >= known.readSeq;
  return {
    ...received,
    deliveredSeq: isDelivered ? received.deliveredSeq : known.deliveredSeq,
    deliveredAt: isDelivered ? received.deliveredAt : known.deliveredAt,
    readSeq: isRead ? received.readSeq : known.readSeq,
    readAt: isRead ? received.readAt : known.readAt,
  };
}

type LastMessageState = Pick<Conversation, "lastSeq" | "lastMessage">;

/**
 * Returns the newer last message. The conversation's own room can deliver it before the account's room
 * does.
 */
function laterLastMessage(known: LastMessageState, received: LastMessageState): LastMessageState {
  return known.lastSeq > received.lastSeq ? known : received;
}

/**
 * Merges two versions of a conversation: the counts with the higher `rev`, the members with the
 * higher `version`, and the pointers with the higher seq.
 */
export function newerConversation(known: Conversation | undefined, received: Conversation): Conversation {
  if (!known) return received;
  const { rev, readSeq, unread } = known.rev > received.rev ? known : received;
  const { lastSeq, lastMessage } = laterLastMessage(known, known.rev > received.rev ? known : received);
  const roster = known.version > received.version ? known : received;
  const before = new Map(known.participants.map((one) => [one.id, one]));
  const participants = roster.participants.map((one) => {
    const other = before.get(one.id);
    return other && roster !== known ? laterPointers(other, one) : one;
  });
  const sender = received.sender ?? known.sender;
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

/** Puts a conversation at its position in a list, if it belongs to the loaded part; newest first. */
export function placeInList(
  list: ConversationPages,
  conversation: Conversation,
  isMember: boolean,
): ConversationPages {
  const others = list.items.filter((one) => one.id !== conversation.id);
  if (!isMember) return others.length === list.items.length ? list : { ...list, items: others };
  const last = list.items.at(-1);
  const isLoaded = others.length < list.items.length;
  const isBeyondLoaded = list.nextCursor !== null && last && byNewest(last, conversation) < 0;
  if (!isLoaded && isBeyondLoaded) return list;
  return { ...list, items: [...others, conversation].sort(byNewest) };
}

/**
 * Merges a refetched first page into the loaded list. A conversation in the page's range that the page
 * does not contain is removed; conversations below that range stay.
 */
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

/** Appends the page that was read at `cursor`; ignores it when the list was restarted meanwhile. */
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

/** A conversation from its own query or from any loaded list. */
export function findConversation(client: QueryClient, id: string): Conversation | undefined {
  const one = client.getQueryData<Conversation>(chatKeys.one(id));
  if (one) return one;
  for (const [, list] of client.getQueriesData<ConversationPages>({ queryKey: chatKeys.lists })) {
    const found = list?.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Writes a conversation into its query and the list it belongs to, and removes it from the other list. */
export function storeConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData<Conversation>(chatKeys.one(conversation.id), conversation);
  for (const state of LIST_STATES) {
    client.setQueryData<ConversationPages>(
      chatKeys.list(state),
      (list) => list && placeInList(list, conversation, conversation.viewer.state === state),
    );
  }
}

/**
 * Changes a cached conversation. Does nothing when it is not cached or when `change` returns the same object.
 */
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

/** Removes a conversation from the lists. An open conversation page fetches it again and gets NOT_FOUND. */
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

/** Refetches a conversation if a component shows it. Rejects when the request fails. */
export async function refetchConversation(client: QueryClient, id: string): Promise<void> {
  await client.invalidateQueries({ queryKey: chatKeys.one(id) }, { throwOnError: true });
}

/** Replaces the counts of a conversation, unless newer ones are known. */
export function withCounts(conversation: Conversation, counts: MemberState): Conversation {
  const { rev, readSeq, unread } = counts;
  if (rev < conversation.rev) return conversation;
  const { lastSeq, lastMessage } = laterLastMessage(conversation, counts);
  return { ...conversation, rev, lastSeq, lastMessage, readSeq, unread };
}
