/** Relations of the viewer to a profile: following, blocking, muting. */
import { timeKey } from "../../db/reads/cursor.ts";
import {
  selectFollowEdges,
  selectFollowStatus,
  selectProfileId,
  selectRelation,
} from "../../db/reads/profiles.reads.ts";
import type { PersonView, RelationView } from "../../db/views/person.view.ts";
import {
  deleteRelation,
  insertRelation,
  type Relation,
  requireOther,
} from "../../db/writes/profiles.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { only, type Page, type PageRequest, pagedList } from "./pages.rules.ts";

export type { Relation };

/** Sets or removes the relation. Setting it twice changes nothing the second time. */
export async function setRelation(
  ctx: ServiceContext,
  relation: Relation,
  handle: string,
  wanted: boolean,
): Promise<RelationView> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    requireOther(handle),
    wanted ? insertRelation(relation, handle) : deleteRelation(relation, handle),
    selectRelation(handle),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

/** @throws ApiError NOT_FOUND when the viewer sees no such profile */
export async function listFollows(
  ctx: ServiceContext,
  side: "followers" | "following",
  handle: string,
  { cursor, limit }: PageRequest,
): Promise<Page<PersonView>> {
  const list = pagedList(`people:${side}`, timeKey);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectProfileId(handle),
    selectFollowEdges(side, handle, list.after(cursor), limit),
  ]);
  only(results[0]);
  return list.page(results[1], limit, (row) => [row.at, row.id]);
}

/** Which of the ids the viewer follows, in one query; {} when signed out. */
export async function readFollowStatus(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<Record<string, boolean>> {
  if (ctx.token === null) return {};
  const { results } = await ctx.db.asViewer(ctx.token, [selectFollowStatus(ids)]);
  const followed = new Set(results[0].map((row) => row.id));
  return Object.fromEntries(ids.map((id) => [id, followed.has(id)]));
}
