/** Posts, questions, answers and votes. */
import { uuidv7 } from "uuidv7";
import { cutPage, decodeCursor, encodeCursor, scoreKey } from "../../db/reads/cursor.ts";
import { selectAnswers, selectPost, selectPostState } from "../../db/reads/posts.reads.ts";
import type { PostView, VoteValue, VoteView } from "../../db/views/post.view.ts";
import { deletePost, insertPost, requireOpen, selectVote, setVote } from "../../db/writes/posts.writes.ts";
import { mentionsIn } from "../../party/protocol/text.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { forgetLanding } from "./landing.service.ts";
import { only, type Page, type PageRequest } from "./page.ts";

export interface PostInput {
  kind: "post" | "question" | "answer";
  title?: string | undefined;
  body: string;
  questionId?: string | undefined;
}

export async function createPost(ctx: ServiceContext, input: PostInput): Promise<PostView> {
  const id = uuidv7();
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    insertPost({
      id,
      kind: input.kind,
      questionId: input.questionId ?? null,
      title: input.title ?? null,
      body: input.body,
      mentionedHandles: mentionsIn(`${input.title ?? ""}\n${input.body}`),
    }),
    selectPost(id),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

export async function readPostById(ctx: ServiceContext, id: string): Promise<PostView> {
  const { results } = await ctx.db.asViewer(ctx.token, [selectPostState(id), selectPost(id)]);
  requireOpenState(results[0]);
  return only(results[1]).view;
}

export async function removePost(ctx: ServiceContext, id: string): Promise<void> {
  const { outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [deletePost(id)]);
  ctx.deliver(outbox);
  ctx.defer(forgetLanding(ctx.env));
}

export async function readAnswersOf(
  ctx: ServiceContext,
  id: string,
  request: PageRequest,
): Promise<Page<PostView>> {
  const list = "posts:answers";
  const after = request.cursor === undefined ? null : decodeCursor(list, scoreKey, request.cursor);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectPostState(id),
    selectAnswers(id, after, request.limit),
  ]);
  requireOpenState(results[0]);
  const { rows, nextCursor } = cutPage(results[1], request.limit, (row) =>
    encodeCursor(list, [row.score, row.view.id]),
  );
  return { items: rows.map((row) => row.view), nextCursor };
}

export async function vote(
  ctx: ServiceContext,
  target: "post" | "comment",
  id: string,
  value: VoteValue,
): Promise<VoteView> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    requireOpen(target, id),
    setVote(target, id, value),
    selectVote(target, id, value),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

/** @throws ApiError GONE or NOT_FOUND unless the post is there for the viewer */
export function requireOpenState(rows: readonly { state: "open" | "gone" | "missing" }[]): void {
  const state = rows[0]?.state ?? "missing";
  if (state !== "open") throw new ApiError(state === "gone" ? "GONE" : "NOT_FOUND");
}
