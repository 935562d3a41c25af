/** The HTTP routes of conversations and messages, one function each. Reject with ApiError. */
import { ACCOUNT_HEADER } from "../../../api/account.ts";
import { api, readBody, withKey, withSignal } from "../../../api/client.ts";
import type { PollAnswer } from "../../../realtime/connection.types.ts";
import type { Position } from "../../../realtime/frames.ts";
import { afterQuery, readPollAnswer } from "../../../realtime/poll-answer.ts";
import type { Conversation, FoundMessage, Message, MessageAck } from "../../../realtime/views.ts";
import type { OutboxEntry } from "../outbox/outbox.types.ts";

const LIST_PAGE_SIZE = "20";
const HISTORY_PAGE_SIZE = "50";
/** A request without a response after this time is retried. The outbox holds its lock while it waits. */
const POST_TIMEOUT_MS = 15_000;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Newest first; `quoted` has the messages outside the page that messages in it reply to. */
export type MessagePage = Page<Message> & { quoted: Message[] };

const one = api.conversations[":id"];
const optional = (signal: AbortSignal | undefined) => (signal ? withSignal(signal) : {});

export function readConversations(
  state: "accepted" | "requested",
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<Conversation>> {
  const query = { state, limit: LIST_PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return readBody(api.conversations.$get({ query }, optional(signal)));
}

export function readConversation(id: string, signal?: AbortSignal): Promise<Conversation> {
  return readBody(one.$get({ param: { id } }, optional(signal)));
}

export function readMessages(id: string, before: string | null, signal?: AbortSignal): Promise<MessagePage> {
  const query = { limit: HISTORY_PAGE_SIZE, ...(before ? { before } : {}) };
  return readBody(one.messages.$get({ param: { id }, query }, optional(signal)));
}

/** Searches all the account's conversations, or (`onlyIn`) one. */
export function searchMessages(
  q: string,
  onlyIn: string | null,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<FoundMessage>> {
  const query = {
    q,
    limit: LIST_PAGE_SIZE,
    ...(onlyIn ? { conversationId: onlyIn } : {}),
    ...(cursor ? { cursor } : {}),
  };
  return readBody(api.messages.search.$get({ query }, optional(signal)));
}

/** Sends a message when no socket is up. Idempotent by its client id. */
export function postMessage(
  id: string,
  { accountId, clientId, body, replyTo }: OutboxEntry,
  signal: AbortSignal,
): Promise<MessageAck> {
  const json = { clientId, body, ...(replyTo === null ? {} : { replyTo }) };
  const { headers, ...options } = withKey(
    clientId,
    AbortSignal.any([signal, AbortSignal.timeout(POST_TIMEOUT_MS)]),
  );
  // Sends the sender's id in a header: the server refuses the request when another account is signed in.
  const asSender = { headers: { ...headers, [ACCOUNT_HEADER]: accountId }, ...options };
  return readBody(one.messages.$post({ param: { id }, json }, asSender));
}

export function editMessage(id: string, seq: number, body: string): Promise<Message> {
  return readBody(one.messages[":seq"].$patch({ param: { id, seq: String(seq) }, json: { body } }));
}

export function deleteMessage(id: string, seq: number): Promise<Message> {
  return readBody(one.messages[":seq"].$delete({ param: { id, seq: String(seq) } }));
}

export function reactToMessage(id: string, seq: number, emoji: string, isOn: boolean): Promise<Message> {
  const param = { id, seq: String(seq) };
  return readBody(one.messages[":seq"].reactions.$put({ param, json: { emoji, isOn } }));
}

/** Moves the read pointer. With `keepalive`, so that it is sent even when the page is being left. */
export async function postRead(id: string, seq: number): Promise<void> {
  await readBody(one.read.$post({ param: { id }, json: { seq } }, { init: { keepalive: true } }));
}

export async function pollConversation(id: string, position: Position | null): Promise<PollAnswer> {
  return readPollAnswer(await readBody(one.events.$get({ param: { id }, query: afterQuery(position) })));
}

export function openConversation(json: { participantIds: string[]; name?: string }): Promise<Conversation> {
  return readBody(api.conversations.$post({ json }));
}

export function renameConversation(id: string, name: string | null): Promise<Conversation> {
  return readBody(one.$patch({ param: { id }, json: { name } }));
}

export function muteConversation(id: string, isMuted: boolean): Promise<Conversation> {
  return readBody(one.silence.$put({ param: { id }, json: { isMuted } }));
}

/** Returns null when the request was declined. */
export async function answerRequest(id: string, accept: boolean): Promise<Conversation | null> {
  const answer = await readBody(one.request.$put({ param: { id }, json: { accept } }));
  return answer && "id" in answer ? answer : null;
}

export function addMembers(id: string, ids: string[]): Promise<Conversation> {
  return readBody(one.participants.$post({ param: { id }, json: { ids } }));
}

/** Removes a member from a group. With the account's own id it leaves the group. */
export async function removeMember(id: string, userId: string): Promise<void> {
  await readBody(one.participants[":userId"].$delete({ param: { id, userId } }));
}

export function setRole(id: string, userId: string, role: "admin" | "member"): Promise<Conversation> {
  return readBody(one.participants[":userId"].role.$put({ param: { id, userId }, json: { role } }));
}
