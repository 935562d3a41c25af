/**
 * Conversations: members, name, and the order of the list. Postgres decides about membership. The member
 * state that changes with every message (last message, read pointer, unread count) is newer in the account's
 * UserRoom and replaces what Postgres has stored so far.
 */
import type { Statement } from "../../db/client/client.ts";
import {
  selectConversation,
  selectConversations,
  selectOpenedConversation,
} from "../../db/reads/conversations.reads.ts";
import { timeKey } from "../../db/reads/cursor.ts";
import type { Conversation, ConversationTotals, MemberState } from "../../db/views/conversation.view.ts";
import * as writes from "../../db/writes/conversations.writes.ts";
import { conversationRoom, userRoom } from "../../party/stubs.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { callRoom } from "../room-rpc.ts";
import type { NewConversation } from "./conversations.rules.ts";
import { only, type Page, type PageRequest, pagedList } from "./pages.rules.ts";
import { identify } from "./sessions.service.ts";

/**
 * A page in the order of the newest message, by Postgres; within the page, by the UserRoom where that is
 * newer.
 */
export async function listConversations(
  ctx: ServiceContext,
  { state, cursor, limit }: PageRequest & { state: Conversation["viewer"]["state"] },
): Promise<Page<Conversation>> {
  const list = pagedList(`conversations:${state}`, timeKey);
  const { results, viewer } = await ctx.db.asViewer(requireToken(ctx), [
    selectConversations(state, list.after(cursor), limit),
  ]);
  const { items, nextCursor } = list.page(results[0], limit, (row) => [row.at, row.id]);
  const newest = await withMemberStates(ctx, viewer?.userId, items);
  return { items: newest.sort(byNewest), nextCursor };
}

/**
 * As the conversation's room has it, receipts included; as Postgres has it while the room is at an older
 * version or does not answer.
 * @throws ApiError NOT_FOUND
 */
export async function findConversation(ctx: ServiceContext, id: string): Promise<Conversation> {
  const { results, viewer } = await ctx.db.asViewer(requireToken(ctx), [selectConversation(id)]);
  const stored = only(results[0]).view;
  const live = viewer && (await readFromRoom(ctx, viewer.userId, id));
  if (live && live.version >= stored.version)
    return stored.sender ? { ...live, sender: stored.sender } : live;
  return only(await withMemberStates(ctx, viewer?.userId, [stored]));
}

/** Unread messages and waiting requests, for the badge of the Messages icon. */
export async function readTotals(ctx: ServiceContext): Promise<ConversationTotals> {
  const { userId } = await identify(ctx);
  return (await callRoom(userRoom(ctx.env, userId).memberStates([]))).totals;
}

/** The direct conversation with one person, created when there is none; or a new group. */
export async function openConversation(
  ctx: ServiceContext,
  { participantIds, name }: NewConversation,
): Promise<{ conversation: Conversation; isNew: boolean }> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    writes.openConversation(participantIds, name ?? null),
    selectOpenedConversation(),
  ]);
  await ctx.deliverAndWait(outbox);
  return only(views);
}

export const renameConversation = (
  ctx: ServiceContext,
  id: string,
  name: string | null,
): Promise<Conversation> => change(ctx, id, writes.renameConversation(id, name));

export const muteConversation = (ctx: ServiceContext, id: string, isMuted: boolean): Promise<Conversation> =>
  change(ctx, id, writes.muteConversation(id, isMuted));

export const addMembers = (
  ctx: ServiceContext,
  id: string,
  userIds: readonly string[],
): Promise<Conversation> => change(ctx, id, writes.addMembers(id, userIds));

export const setMemberRole = (
  ctx: ServiceContext,
  id: string,
  userId: string,
  role: Conversation["viewer"]["role"],
): Promise<Conversation> => change(ctx, id, writes.setMemberRole(id, userId, role));

/** Null when the request was declined: the viewer no longer sees the conversation. */
export async function answerRequest(
  ctx: ServiceContext,
  id: string,
  accept: boolean,
): Promise<Conversation | null> {
  if (accept) return change(ctx, id, writes.answerRequest(id, true));
  await write(ctx, writes.answerRequest(id, false));
  return null;
}

/** Removes a member; the viewer's own id leaves the conversation. */
export const removeMember = (ctx: ServiceContext, id: string, userId: string): Promise<void> =>
  write(ctx, writes.removeMember(id, userId));

/** Writes, and returns the conversation as the viewer sees it afterwards. */
async function change(ctx: ServiceContext, id: string, statement: Statement<unknown>): Promise<Conversation> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    statement,
    selectConversation(id),
  ]);
  await ctx.deliverAndWait(outbox);
  return only(views);
}

async function write(ctx: ServiceContext, statement: Statement<{ view: null }>): Promise<void> {
  const { outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [statement]);
  await ctx.deliverAndWait(outbox);
}

/**
 * Replaces the member state from Postgres by that of the viewer's UserRoom where the latter is newer. When
 * that room does not answer, what Postgres has stored is returned; its `rev` of 0 tells the client so.
 */
async function withMemberStates(
  ctx: ServiceContext,
  userId: string | undefined,
  stored: Conversation[],
): Promise<Conversation[]> {
  if (userId === undefined) throw new ApiError("UNAUTHENTICATED");
  if (stored.length === 0) return [];
  const states = await readMemberStates(
    ctx,
    userId,
    stored.map(({ id }) => id),
  );
  return stored.map((conversation) => {
    const state = states.get(conversation.id);
    if (!state || state.rev <= conversation.rev) return conversation;
    const { rev, lastSeq, lastMessage, readSeq, unread } = state;
    // Member state of a member with the conversation open is flushed late, so Postgres may have newer
    // messages.
    if (lastSeq < conversation.lastSeq) return { ...conversation, rev };
    return { ...conversation, rev, lastSeq, lastMessage, readSeq, unread };
  });
}

async function readFromRoom(ctx: ServiceContext, userId: string, id: string): Promise<Conversation | null> {
  try {
    const answer = await callRoom(conversationRoom(ctx.env, id).overview(userId));
    return answer.ok ? answer.conversation : null;
  } catch (error) {
    console.error(JSON.stringify({ where: "readFromRoom", error: String(error) }));
    return null;
  }
}

async function readMemberStates(
  ctx: ServiceContext,
  userId: string,
  ids: string[],
): Promise<Map<string, MemberState>> {
  try {
    const { chats } = await callRoom(userRoom(ctx.env, userId).memberStates(ids));
    return new Map(chats.map((state) => [state.id, state]));
  } catch (error) {
    console.error(JSON.stringify({ where: "readMemberStates", error: String(error) }));
    return new Map();
  }
}

const newestAt = (each: Conversation) => Date.parse(each.lastMessage?.at ?? each.createdAt);
const byNewest = (a: Conversation, b: Conversation) => newestAt(b) - newestAt(a) || (a.id < b.id ? 1 : -1);
