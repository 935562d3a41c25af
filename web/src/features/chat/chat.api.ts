/** The conversations' routes, one function each. */
import { askPath } from "../../api/client.ts";
import { afterQuery, readPollAnswer } from "../../realtime/browser-deps.ts";
import type { PollAnswer } from "../../realtime/connection.types.ts";
import type { Position } from "../../realtime/frames.ts";
import type { Conversation, FoundMessage, Message, MessageAck } from "../../realtime/views.ts";

const LIST_PAGE_SIZE = 20;
export const HISTORY_PAGE_SIZE = 50;
/** A post that has no answer by then is tried again; the lock that it holds must not be held for ever. */
const POST_TIMEOUT_MS = 15_000;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Newest first; `quoted` holds the messages that are answered here and stand elsewhere. */
export type MessagePage = Page<Message> & { quoted: Message[] };

const one = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;

function query(values: Record<string, string | number | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value != null) params.set(name, String(value));
  return params.size > 0 ? `?${params}` : "";
}

export const readConversations = (
  state: "accepted" | "requested",
  cursor: string | null,
  signal?: AbortSignal,
) =>
  askPath<Page<Conversation>>(
    `/api/conversations${query({ state, cursor, limit: LIST_PAGE_SIZE })}`,
    signal && { signal },
  );

export const readConversation = (id: string, signal?: AbortSignal) =>
  askPath<Conversation>(one(id), signal && { signal });

export const readMessages = (id: string, before: string | null, signal?: AbortSignal) =>
  askPath<MessagePage>(
    `${one(id)}/messages${query({ before, limit: HISTORY_PAGE_SIZE })}`,
    signal && { signal },
  );

export const searchMessages = (q: string, cursor: string | null, signal?: AbortSignal) =>
  askPath<Page<FoundMessage>>(`/api/messages/search${query({ q, cursor })}`, signal && { signal });

/** Sends by request, for when no socket is up. The client id makes a repeated one the same message. */
export const postMessage = (
  id: string,
  { clientId, body, replyTo }: { clientId: string; body: string; replyTo: number | null },
) =>
  askPath<MessageAck>(`${one(id)}/messages`, {
    method: "POST",
    json: { clientId, body, ...(replyTo === null ? {} : { replyTo }) },
    key: clientId,
    signal: AbortSignal.timeout(POST_TIMEOUT_MS),
  });

export const postRead = (id: string, seq: number) =>
  askPath<unknown>(`${one(id)}/read`, { method: "POST", json: { seq } });

export async function pollConversation(id: string, position: Position | null): Promise<PollAnswer> {
  return readPollAnswer(await askPath<unknown>(`${one(id)}/events${query(afterQuery(position))}`));
}

export const openConversation = (json: { participantIds: string[]; name?: string }) =>
  askPath<Conversation>("/api/conversations", { method: "POST", json });

export const renameConversation = (id: string, name: string | null) =>
  askPath<Conversation>(one(id), { method: "PATCH", json: { name } });

export const silenceConversation = (id: string, isMuted: boolean) =>
  askPath<Conversation>(`${one(id)}/silence`, { method: "PUT", json: { isMuted } });

export const addParticipants = (id: string, ids: string[]) =>
  askPath<Conversation>(`${one(id)}/participants`, { method: "POST", json: { ids } });

/** Oneself: leaving. */
export const removeParticipant = (id: string, userId: string) =>
  askPath<unknown>(`${one(id)}/participants/${encodeURIComponent(userId)}`, { method: "DELETE" });

export const setRole = (id: string, userId: string, role: "admin" | "member") =>
  askPath<Conversation>(`${one(id)}/participants/${encodeURIComponent(userId)}/role`, {
    method: "PUT",
    json: { role },
  });

/** Null when it was declined. */
export const answerRequest = (id: string, accept: boolean) =>
  askPath<Conversation | null>(`${one(id)}/request`, { method: "PUT", json: { accept } });
