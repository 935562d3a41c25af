/** Posts, questions and answers. Postgres decides who may see and delete them. */
import { uuidv7 } from "uuidv7";
import { scoreKey } from "../../db/reads/cursor.ts";
import { selectAnswers, selectPost, selectPostState } from "../../db/reads/posts.reads.ts";
import type { PostView } from "../../db/views/post.view.ts";
import { insertPost, deletePost as removePost } from "../../db/writes/posts.writes.ts";
import { mentionsIn } from "../../party/protocol/text.ts";
import { deleteFirstPage } from "../cache/first-page.cache.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { only, type Page, type PageRequest, pagedList } from "./pages.rules.ts";
import { type NewPost, requireOpenPost } from "./posts.rules.ts";

export async function createPost(
  ctx: ServiceContext,
  { kind, title, body, questionId }: NewPost,
): Promise<PostView> {
  const id = uuidv7();
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    insertPost({
      id,
      kind,
      questionId: questionId ?? null,
      title: title ?? null,
      body,
      mentionedHandles: mentionsIn(`${title ?? ""}\n${body}`),
    }),
    selectPost(id),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

/** @throws ApiError GONE, NOT_FOUND */
export async function findPost(ctx: ServiceContext, id: string): Promise<PostView> {
  const { results } = await ctx.db.asViewer(ctx.token, [selectPostState(id), selectPost(id)]);
  requireOpenPost(results[0]);
  return only(results[1]).view;
}

export async function deletePost(ctx: ServiceContext, id: string): Promise<void> {
  const { outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [removePost(id)]);
  ctx.deliver(outbox);
  ctx.defer(deleteFirstPage(ctx.env));
}

/** @throws ApiError GONE, NOT_FOUND */
export async function listAnswers(
  ctx: ServiceContext,
  questionId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<PostView>> {
  const list = pagedList("posts:answers", scoreKey);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectPostState(questionId),
    selectAnswers(questionId, list.after(cursor), limit),
  ]);
  requireOpenPost(results[0]);
  return list.page(results[1], limit, (row) => [row.score, row.view.id]);
}
