/**
 * What is said in conversations. A conversation's room is the one authority on order and on what is fresh; Postgres keeps
 * what is older. Whoever asks is known by the account's room, so that none of this needs Postgres on its common way.
 */
import { cutPage, decodeCursor, encodeCursor, timeKey } from "../../db/cursor.ts";
import { searchMessages as findMessages, readMessages } from "../../db/reads/conversations.reads.ts";
import type { FoundMessage, Message, MessageAck } from "../../db/views/conversation.view.ts";
import type { NewMessage } from "../../party/protocol/conversation-commands.ts";
import { parsePosition } from "../../party/protocol/position.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { identify, identifyReading } from "./identity.service.ts";
import { only, type Page, type PageRequest } from "./page.ts";
import { askRoom, conversationRoom, granted } from "./rooms.ts";

export interface MessagePage extends Page<Message> {
  /** Messages that items answer and that are not among them. */
  quoted: Message[];
}

/** Newest first; the cursor is the seq of the page's oldest. What the room no longer keeps is read from Postgres. */
export async function readMessagePage(
  ctx: ServiceContext,
  id: string,
  { before = null, limit }: { before?: number | null | undefined; limit: number },
): Promise<MessagePage> {
  const { identity, results } = await identifyReading(ctx, [readMessages(id, before, limit)]);
  const fresh = granted(await askRoom(conversationRoom(ctx, id).page(identity.userId, { before, limit })));
  if (fresh.isWhole) return toPage(fresh.items, fresh.quoted, limit);
  const oldest = fresh.items.at(-1)?.seq ?? before;
  const rows = results
    ? results[0]
    : only(
        (await ctx.db.asViewer(requireToken(ctx), [readMessages(id, oldest, limit - fresh.items.length)]))
          .results,
      );
  const stored = rows.filter((row) => !row.is_quoted && (oldest === null || row.view.seq < oldest));
  const quoted = rows.filter((row) => row.is_quoted);
  return toPage(
    [...fresh.items, ...stored.map((row) => row.view)],
    [...fresh.quoted, ...quoted.map((row) => row.view)],
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
  const { clientId, body, replyTo = null } = message;
  return granted(await askRoom(conversationRoom(ctx, id).send(userId, { clientId, body, replyTo }))).ack;
}

export async function markRead(ctx: ServiceContext, id: string, seq: number): Promise<void> {
  const { userId } = await identify(ctx);
  granted(await askRoom(conversationRoom(ctx, id).read(userId, seq)));
}

/** The room's log as this viewer may see it, for those whose network takes no sockets. */
export async function pollConversation(ctx: ServiceContext, id: string, after: string | undefined) {
  const { userId } = await identify(ctx);
  const position = after === undefined ? null : parsePosition(after);
  const { ok, ...polled } = granted(await askRoom(conversationRoom(ctx, id).eventsAfter(userId, position)));
  return polled;
}

/** Messages of the viewer's own conversations that hold these words, newest first. */
export async function searchMessages(
  ctx: ServiceContext,
  { q, cursor, limit }: PageRequest & { q: string },
): Promise<Page<FoundMessage>> {
  const list = "messages:search";
  const after = cursor === undefined ? null : decodeCursor(list, timeKey, cursor);
  const { results } = await ctx.db.asViewer(requireToken(ctx), [findMessages(q, after, limit)]);
  const { rows, nextCursor } = cutPage(results[0], limit, (row) => encodeCursor(list, [row.at, row.id]));
  return { items: rows.map((row) => row.view), nextCursor };
}
