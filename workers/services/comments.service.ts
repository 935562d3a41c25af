/** Comments: reading a thread, adding to it, taking one's own away. */
import { uuidv7 } from "uuidv7";
import { selectComment, selectComments } from "../../db/reads/comments.reads.ts";
import { cutPage, decodeCursor, encodeCursor, pathKey } from "../../db/reads/cursor.ts";
import { selectPostState } from "../../db/reads/posts.reads.ts";
import type { CommentView } from "../../db/views/comment.view.ts";
import { deleteComment, insertComment } from "../../db/writes/comments.writes.ts";
import { mentionsIn } from "../../party/protocol/text.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { only, type Page, type PageRequest } from "./page.ts";
import { requireOpenState } from "./posts.service.ts";

export interface CommentInput {
  body: string;
  parentId?: string | undefined;
  clientId?: string | undefined;
}

export async function readThread(
  ctx: ServiceContext,
  postId: string,
  request: PageRequest,
): Promise<Page<CommentView>> {
  const list = "comments";
  const after = request.cursor === undefined ? null : decodeCursor(list, pathKey, request.cursor);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectPostState(postId),
    selectComments(postId, after, request.limit),
  ]);
  requireOpenState(results[0]);
  const { rows, nextCursor } = cutPage(results[1], request.limit, (row) => encodeCursor(list, [row.path]));
  return { items: rows.map((row) => row.view), nextCursor };
}

/** Without an Idempotency-Key of its own, a comment's client id serves as one: sent twice, it is made once. */
export async function createComment(
  ctx: ServiceContext,
  postId: string,
  input: CommentInput,
): Promise<CommentView> {
  const id = uuidv7();
  const claim =
    ctx.claim ??
    (input.clientId ? { key: input.clientId, fingerprint: JSON.stringify([postId, input]) } : null);
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), claim, [
    insertComment({
      id,
      postId,
      parentId: input.parentId ?? null,
      clientId: input.clientId ?? null,
      body: input.body,
      mentionedHandles: mentionsIn(input.body),
    }),
    selectComment(id),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

export async function removeComment(ctx: ServiceContext, id: string): Promise<void> {
  const { outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [deleteComment(id)]);
  ctx.deliver(outbox);
}
