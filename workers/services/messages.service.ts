/**
 * What is said in conversations. A conversation's room is the one authority on order and on what is fresh; Postgres keeps
 * what is older. Whoever asks is known by the account's room, so that none of this needs Postgres on its common way.
 */

import {
  searchMessages as findMessages,
  type MessageRow,
  selectMessages,
  selectMessagesBySeq,
} from "../../db/reads/conversations.reads.ts";
import { cutPage, decodeCursor, encodeCursor, timeKey } from "../../db/reads/cursor.ts";
import type { FoundMessage, Message, MessageAck } from "../../db/views/conversation.view.ts";
import type { NewMessage } from "../../party/protocol/conversation-commands.ts";
import { parsePosition } from "../../party/protocol/position.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { identify, identifyReading } from "./identity.service.ts";
import type { Page, PageRequest } from "./page.ts";
import { askRoom, conversationRoom, granted, refuse } from "./rooms.ts";

export interface MessagePage extends Page<Message> {
  /** Messages that items answer and that are not among them. */
  quoted: Message[];
}

/** Newest first; the cursor is the seq of the page's oldest. What the room no longer keeps is read from Postgres. */
export async function readMessagePage(
  ctx: ServiceContext,
  id: string,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<MessagePage> {
  const { identity, results } = await identifyReading(ctx, [selectMessages(id, before ?? null, limit)]);
  const { items, quoted, quotedElsewhere, isWhole } = granted(
    await askRoom(conversationRoom(ctx, id).page(identity.userId, { before, limit })),
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

/** @param quoted what the found ones answer, perhaps twice, perhaps for more than the page shows */
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

/** The room's acknowledgement: written down, and at this place. The same client id again gets the same answer. */
export async function sendMessage(ctx: ServiceContext, id: string, message: NewMessage): Promise<MessageAck> {
  const { userId } = await identify(ctx);
  return granted(await askRoom(conversationRoom(ctx, id).send(userId, message))).ack;
}

/** What one may do to a message that stands at a place. */
export type MessageChange =
  | { type: "message.edit"; seq: number; body: string }
  | { type: "message.delete"; seq: number }
  | { type: "message.react"; seq: number; emoji: string; isOn: boolean };

/** The same as over the room's socket. Answers the message as it then is for the viewer. */
export async function changeMessage(
  ctx: ServiceContext,
  id: string,
  change: MessageChange,
): Promise<Message> {
  const { userId } = await identify(ctx);
  // Only a socket needs the name: its answers come out of order.
  const command = { ...change, ref: change.type };
  return granted(await askRoom(conversationRoom(ctx, id).change(userId, command))).message;
}

export async function markRead(ctx: ServiceContext, id: string, seq: number): Promise<void> {
  const { userId } = await identify(ctx);
  granted(await askRoom(conversationRoom(ctx, id).read(userId, seq)));
}

/** The room's log as this viewer may see it, for those whose network takes no sockets. */
export async function pollConversation(ctx: ServiceContext, id: string, after: string | undefined) {
  const { userId } = await identify(ctx);
  const position = after === undefined ? null : parsePosition(after);
  const answer = await askRoom(conversationRoom(ctx, id).eventsAfter(userId, position));
  return "ok" in answer ? refuse(answer) : answer;
}

/** Messages of the viewer's own conversations, or of one of them, that hold these words, newest first. */
export async function searchMessages(
  ctx: ServiceContext,
  { q, conversationId, cursor, limit }: PageRequest & { q: string; conversationId?: string | undefined },
): Promise<Page<FoundMessage>> {
  const list = "messages:search";
  const after = cursor === undefined ? null : decodeCursor(list, timeKey, cursor);
  const { results } = await ctx.db.asViewer(requireToken(ctx), [
    findMessages(q, conversationId ?? null, after, limit),
  ]);
  const { rows, nextCursor } = cutPage(results[0], limit, (row) => encodeCursor(list, [row.at, row.id]));
  return { items: rows.map((row) => row.view), nextCursor };
}
