/** Votes on posts and comments. */
import type { VoteValue, VoteView } from "../../db/views/post.view.ts";
import { requireOpen, selectVote, setVote as writeVote } from "../../db/writes/posts.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { only } from "./pages.rules.ts";

/** Sets the viewer's vote; 0 removes it. The same vote again changes nothing. */
export async function setVote(
  ctx: ServiceContext,
  target: "post" | "comment",
  id: string,
  value: VoteValue,
): Promise<VoteView> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    requireOpen(target, id),
    writeVote(target, id, value),
    selectVote(target, id, value),
  ]);
  ctx.deliver(outbox);
  return only(views);
}
