/** Comments of a post. Postgres decides who may see and delete them. */
import { uuidv7 } from "uuidv7";
import { selectComment, selectComments } from "../../db/reads/comments.reads.ts";
import { pathKey } from "../../db/reads/cursor.ts";
import { selectPostState } from "../../db/reads/posts.reads.ts";
import type { CommentView } from "../../db/views/comment.view.ts";
import { insertComment, deleteComment as removeComment } from "../../db/writes/comments.writes.ts";
import { mentionsIn } from "../../party/protocol/text.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import type { NewComment } from "./comments.rules.ts";
import { only, type Page, type PageRequest, pagedList } from "./pages.rules.ts";
import { requireOpenPost } from "./posts.rules.ts";

/** @throws ApiError GONE, NOT_FOUND */
export async function listComments(
  ctx: ServiceContext,
  postId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<CommentView>> {
  const list = pagedList("comments", pathKey);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectPostState(postId),
    selectComments(postId, list.after(cursor), limit),
  ]);
  requireOpenPost(results[0]);
  return list.page(results[1], limit, (row) => [row.path]);
}

/** Without an Idempotency-Key, the client id is the key: the same comment sent twice is inserted once. */
export async function createComment(
  ctx: ServiceContext,
  postId: string,
  comment: NewComment,
): Promise<CommentView> {
  const { body, parentId, clientId } = comment;
  const id = uuidv7();
  const claim =
    ctx.claim ?? (clientId ? { key: clientId, fingerprint: JSON.stringify([postId, comment]) } : null);
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), claim, [
    insertComment({
      id,
      postId,
      parentId: parentId ?? null,
      clientId: clientId ?? null,
      body,
      mentionedHandles: mentionsIn(body),
    }),
    selectComment(id),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

export async function deleteComment(ctx: ServiceContext, id: string): Promise<void> {
  const { outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [removeComment(id)]);
  ctx.deliver(outbox);
}
