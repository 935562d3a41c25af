/**
 * Conversations: who is in one, how it is called, and in which order they stand. Postgres decides about membership; what
 * moves with each message is newer in the account's own room, whose numbers are laid over what Postgres has stored so far.
 */

import type { Statement } from "../../db/client/client.ts";
import {
  selectConversation,
  selectConversations,
  selectOpenedConversation,
} from "../../db/reads/conversations.reads.ts";
import { cutPage, decodeCursor, encodeCursor, timeKey } from "../../db/reads/cursor.ts";
import type {
  Conversation,
  ConversationNumbers,
  ConversationTotals,
} from "../../db/views/conversation.view.ts";
import * as writes from "../../db/writes/conversations.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { identify } from "./identity.service.ts";
import { only, type Page, type PageRequest } from "./page.ts";
import { askRoom, conversationRoom, userRoom } from "./rooms.ts";

export type ListedState = Conversation["viewer"]["state"];

/** A page in the order of the newest message, as far as it is known by now. */
export async function readConversationPage(
  ctx: ServiceContext,
  request: PageRequest & { state: ListedState },
): Promise<Page<Conversation>> {
  const list = `conversations:${request.state}`;
  const after = request.cursor === undefined ? null : decodeCursor(list, timeKey, request.cursor);
  const { results, viewer } = await ctx.db.asViewer(requireToken(ctx), [
    selectConversations(request.state, after, request.limit),
  ]);
  const { rows, nextCursor } = cutPage(results[0], request.limit, (row) =>
    encodeCursor(list, [row.at, row.id]),
  );
  const items = await withNewest(
    ctx,
    viewer?.userId,
    rows.map((row) => row.view),
  );
  return { items: items.sort(byNewest), nextCursor };
}

/** As its room knows it this moment, receipts included; as Postgres does while the room has not heard of its last change. */
export async function readConversationById(ctx: ServiceContext, id: string): Promise<Conversation> {
  const { results, viewer } = await ctx.db.asViewer(requireToken(ctx), [selectConversation(id)]);
  const stored = only(results[0]).view;
  const live = viewer && (await readLive(ctx, viewer.userId, id));
  if (live && live.version >= stored.version)
    return stored.sender ? { ...live, sender: stored.sender } : live;
  return only(await withNewest(ctx, viewer?.userId, [stored]));
}

/** The numbers on the Messages icon. */
export async function readTotals(ctx: ServiceContext): Promise<ConversationTotals> {
  const { userId } = await identify(ctx);
  return (await askRoom(userRoom(ctx, userId).memberStates([]))).totals;
}

export interface NewConversation {
  participantIds: string[];
  name?: string | undefined;
}

/** The direct conversation with one person, made when there is none; or a new group. */
export async function openConversation(
  ctx: ServiceContext,
  { participantIds, name }: NewConversation,
): Promise<{ conversation: Conversation; isNew: boolean }> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    writes.openConversation(participantIds, name ?? null),
    selectOpenedConversation(),
  ]);
  await ctx.tellRooms(outbox);
  return only(views);
}

export const renameConversation = (
  ctx: ServiceContext,
  id: string,
  name: string | null,
): Promise<Conversation> => change(ctx, id, writes.renameConversation(id, name));

export const silenceConversation = (
  ctx: ServiceContext,
  id: string,
  isMuted: boolean,
): Promise<Conversation> => change(ctx, id, writes.silenceConversation(id, isMuted));

export const addParticipants = (
  ctx: ServiceContext,
  id: string,
  others: readonly string[],
): Promise<Conversation> => change(ctx, id, writes.addParticipants(id, others));

export const setRole = (
  ctx: ServiceContext,
  id: string,
  userId: string,
  role: Conversation["viewer"]["role"],
): Promise<Conversation> => change(ctx, id, writes.setParticipantRole(id, userId, role));

/** Null when it was declined: then it is no longer the viewer's to see. */
export async function answerRequest(
  ctx: ServiceContext,
  id: string,
  accept: boolean,
): Promise<Conversation | null> {
  if (accept) return change(ctx, id, writes.answerRequest(id, true));
  await carryOut(ctx, writes.answerRequest(id, false));
  return null;
}

/** Takes somebody out; oneself: leaves. */
export const removeParticipant = (ctx: ServiceContext, id: string, userId: string): Promise<void> =>
  carryOut(ctx, writes.removeParticipant(id, userId));

/** Changes who is in it or what it is called, and answers it as it then is for the viewer. */
async function change(ctx: ServiceContext, id: string, write: Statement<unknown>): Promise<Conversation> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    write,
    selectConversation(id),
  ]);
  await ctx.tellRooms(outbox);
  return only(views);
}

async function carryOut(ctx: ServiceContext, write: Statement<{ view: null }>): Promise<void> {
  const { outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [write]);
  await ctx.tellRooms(outbox);
}

/**
 * Lays the numbers of the viewer's own room over those of Postgres, where they are newer. Without that room it is what
 * Postgres has stored: `rev` 0 tells the reader so.
 */
async function withNewest(
  ctx: ServiceContext,
  userId: string | undefined,
  stored: Conversation[],
): Promise<Conversation[]> {
  if (userId === undefined) throw new ApiError("UNAUTHENTICATED");
  if (stored.length === 0) return [];
  const newest = await readNumbers(
    ctx,
    userId,
    stored.map(({ id }) => id),
  );
  return stored.map((conversation) => {
    const numbers = newest.get(conversation.id);
    if (!numbers || numbers.rev <= conversation.rev) return conversation;
    const { rev, lastSeq, lastMessage, readSeq, unread } = numbers;
    // Who has the conversation open is not told of every message at once: Postgres may be further by now.
    if (lastSeq < conversation.lastSeq) return { ...conversation, rev };
    return { ...conversation, rev, lastSeq, lastMessage, readSeq, unread };
  });
}

async function readLive(ctx: ServiceContext, userId: string, id: string): Promise<Conversation | null> {
  try {
    const answer = await askRoom(conversationRoom(ctx, id).overview(userId));
    return answer.ok ? answer.conversation : null;
  } catch (error) {
    console.error(JSON.stringify({ where: "readLive", error: String(error) }));
    return null;
  }
}

async function readNumbers(
  ctx: ServiceContext,
  userId: string,
  ids: string[],
): Promise<Map<string, ConversationNumbers>> {
  try {
    const { chats } = await askRoom(userRoom(ctx, userId).memberStates(ids));
    return new Map(chats.map((numbers) => [numbers.id, numbers]));
  } catch (error) {
    console.error(JSON.stringify({ where: "readNumbers", error: String(error) }));
    return new Map();
  }
}

const newestAt = (each: Conversation) => Date.parse(each.lastMessage?.at ?? each.createdAt);
const byNewest = (a: Conversation, b: Conversation) => newestAt(b) - newestAt(a) || (a.id < b.id ? 1 : -1);
