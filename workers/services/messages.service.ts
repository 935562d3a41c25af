/**
 * Messages of conversations. A conversation's room decides their order and keeps the recent ones; Postgres
 * has the older. The session is verified by the account's room, so that the usual request needs no round trip
 * to Postgres.
 */
import {
  type MessageRow,
  selectMessages,
  selectMessagesBySeq,
  searchMessages as selectMessagesByText,
} from "../../db/reads/conversations.reads.ts";
import { timeKey } from "../../db/reads/cursor.ts";
import type { FoundMessage, Message, MessageAck } from "../../db/views/conversation.view.ts";
import type { NewMessage } from "../../party/protocol/conversation-commands.ts";
import { parsePosition } from "../../party/protocol/position.ts";
import { conversationRoom } from "../../party/stubs.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { callRoom, refuse, requireGranted } from "../room-rpc.ts";
import { type Page, type PageRequest, pagedList } from "./pages.rules.ts";
import { identify, identifyAnd } from "./sessions.service.ts";

export interface MessagePage extends Page<Message> {
  /** Messages that items reply to and that are not items themselves. */
  quoted: Message[];
}

/**
 * Newest first; the cursor is the seq of the page's oldest. What the room no longer keeps is read from
 * Postgres.
 */
export async function listMessages(
  ctx: ServiceContext,
  id: string,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<MessagePage> {
  const { identity, results } = await identifyAnd(ctx, [selectMessages(id, before ?? null, limit)]);
  const { items, quoted, quotedElsewhere, isWhole } = requireGranted(
    await callRoom(conversationRoom(ctx.env, id).page(identity.userId, { before, limit })),
  );
  const oldest = items.at(-1)?.seq ?? before ?? Number.POSITIVE_INFINITY;
  const rows: MessageRow[] = results ? results[0] : [];
  const known = new Set(rows.map((row) => row.view.seq));
  const quotes = quotedElsewhere.filter((seq) => !known.has(seq));
  const reads = [
    ...(isWhole || results
      ? []
      : [selectMessages(id, items.at(-1)?.seq ?? before ?? null, limit - items.length)]),
    ...(quotes.length > 0 ? [selectMessagesBySeq(id, quotes)] : []),
  ];
  if (reads.length > 0) rows.push(...(await ctx.db.asViewer(requireToken(ctx), reads)).results.flat());
  const older = isWhole ? [] : rows.filter((row) => !row.is_quoted && row.view.seq < oldest);
  return toPage(
    [...items, ...older.map((row) => row.view)],
    [...quoted, ...rows.map((row) => row.view)],
    limit,
  );
}

/** @param quoted candidates for `quoted`: may hold a message twice, or one that the page does not need */
function toPage(found: readonly Message[], quoted: readonly Message[], limit: number): MessagePage {
  const items = found.slice(0, limit);
  const oldest = items.at(-1);
  const isEnd = oldest === undefined || oldest.seq === 1 || found.length < limit;
  const wanted = new Set(items.map(({ replyTo }) => replyTo));
  for (const { seq } of items) wanted.delete(seq);
  return {
    items,
    nextCursor: isEnd ? null : String(oldest.seq),
    quoted: quoted.filter(({ seq }) => wanted.delete(seq)),
  };
}

/**
 * Returns the room's acknowledgement with the message's seq. The same client id again returns the same one.
 */
export async function sendMessage(ctx: ServiceContext, id: string, message: NewMessage): Promise<MessageAck> {
  const { userId } = await identify(ctx);
  return requireGranted(await callRoom(conversationRoom(ctx.env, id).send(userId, message))).ack;
}

/** A change of the message with this seq. */
export type MessageChange =
  | { type: "message.edit"; seq: number; body: string }
  | { type: "message.delete"; seq: number }
  | { type: "message.react"; seq: number; emoji: string; isOn: boolean };

/** The same as over the room's socket. Returns the message as the viewer sees it afterwards. */
export async function changeMessage(
  ctx: ServiceContext,
  id: string,
  change: MessageChange,
): Promise<Message> {
  const { userId } = await identify(ctx);
  // Any ref will do: it matches replies to commands on a socket.
  const command = { ...change, ref: change.type };
  return requireGranted(await callRoom(conversationRoom(ctx.env, id).change(userId, command))).message;
}

/** Moves the viewer's read pointer up to this seq; it never moves back. */
export async function markRead(ctx: ServiceContext, id: string, seq: number): Promise<void> {
  const { userId } = await identify(ctx);
  requireGranted(await callRoom(conversationRoom(ctx.env, id).read(userId, seq)));
}

/** The room's event log as this viewer may see it, for networks that let no WebSocket through. */
export async function pollConversationEvents(ctx: ServiceContext, id: string, after: string | undefined) {
  const { userId } = await identify(ctx);
  const position = after === undefined ? null : parsePosition(after);
  const answer = await callRoom(conversationRoom(ctx.env, id).eventsAfter(userId, position));
  return "ok" in answer ? refuse(answer) : answer;
}

/** Messages that contain the query, in one or all of the viewer's conversations, newest first. */
export async function searchMessages(
  ctx: ServiceContext,
  { q, conversationId, cursor, limit }: PageRequest & { q: string; conversationId?: string | undefined },
): Promise<Page<FoundMessage>> {
  const list = pagedList("messages:search", timeKey);
  const { results } = await ctx.db.asViewer(requireToken(ctx), [
    selectMessagesByText(q, conversationId ?? null, list.after(cursor), limit),
  ]);
  return list.page(results[0], limit, (row) => [row.at, row.id]);
}
