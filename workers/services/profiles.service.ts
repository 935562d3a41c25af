/** What people may do with their own profile and with others. */
import { cutPage, decodeCursor, encodeCursor, timeKey } from "../../db/reads/cursor.ts";
import {
  findPeople as findPeopleBy,
  selectFollowEdges,
  selectFollowStatus,
  selectHandleIsFree,
  selectHandleSuggestions,
  selectMe,
  selectProfile,
  selectProfileId,
  selectRelation,
} from "../../db/reads/profiles.reads.ts";
import {
  handleSchema,
  type Me,
  type PersonView,
  type ProfileView,
  type RelationView,
} from "../../db/views/person.view.ts";
import {
  deleteRelation,
  insertRelation,
  type ProfileChange,
  type Relation,
  requireOther,
  updateMe,
} from "../../db/writes/profiles.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { isReserved } from "./accounts.rules.ts";
import { only, type Page, type PageRequest } from "./page.ts";

export type { Relation };

export async function readOwn(ctx: ServiceContext): Promise<Me> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectMe()]);
  return only(results[0]).view;
}

/** The viewer's own account, or null when nobody is signed in. */
export async function readSession(ctx: ServiceContext): Promise<Me | null> {
  return ctx.token === null ? null : readOwn(ctx);
}

export async function changeOwn(ctx: ServiceContext, change: ProfileChange): Promise<Me> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    ...updateMe(change),
    selectMe(),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

export async function checkHandle(
  ctx: ServiceContext,
  wanted: string,
): Promise<{ available: boolean; reason?: "INVALID" | "RESERVED" | "TAKEN" }> {
  const parsed = handleSchema.safeParse(wanted.toLowerCase());
  if (!parsed.success) return { available: false, reason: "INVALID" };
  if (isReserved(parsed.data)) return { available: false, reason: "RESERVED" };
  const { results } = await ctx.db.asViewer(null, [selectHandleIsFree(parsed.data)]);
  return only(results[0]).free ? { available: true } : { available: false, reason: "TAKEN" };
}

export async function suggestHandles(ctx: ServiceContext, prefix: string): Promise<PersonView[]> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectHandleSuggestions(prefix)]);
  return results[0].map((row) => row.view);
}

/** People by what is typed of their name or handle; with nothing typed, those the viewer knows. */
export async function findPeople(ctx: ServiceContext, words: string): Promise<PersonView[]> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [findPeopleBy(words)]);
  return results[0].map((row) => row.view);
}

export async function readProfileByHandle(ctx: ServiceContext, handle: string): Promise<ProfileView> {
  const { results } = await ctx.db.asViewer(ctx.token, [selectProfile(handle)]);
  return only(results[0]).view;
}

export async function readEdges(
  ctx: ServiceContext,
  side: "followers" | "following",
  handle: string,
  request: PageRequest,
): Promise<Page<PersonView>> {
  const list = `people:${side}`;
  const after = request.cursor === undefined ? null : decodeCursor(list, timeKey, request.cursor);
  const { results } = await ctx.db.asViewer(ctx.token, [
    selectProfileId(handle),
    selectFollowEdges(side, handle, after, request.limit),
  ]);
  only(results[0]);
  const { rows, nextCursor } = cutPage(results[1], request.limit, (row) =>
    encodeCursor(list, [row.at, row.id]),
  );
  return { items: rows.map((row) => row.view), nextCursor };
}

/** Makes it so, or undoes it; asking twice changes nothing the second time. */
export async function setRelation(
  ctx: ServiceContext,
  relation: Relation,
  handle: string,
  wanted: boolean,
): Promise<RelationView> {
  const change = wanted ? insertRelation(relation, handle) : deleteRelation(relation, handle);
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    requireOther(handle),
    change,
    selectRelation(handle),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

/** Follow status in bulk: one query for all; false for those not followed, {} when signed out. */
export async function readFollowing(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<Record<string, boolean>> {
  if (ctx.token === null) return {};
  const { results } = await ctx.db.asViewer(ctx.token, [selectFollowStatus(ids)]);
  const followed = new Set(results[0].map((row) => row.id));
  return Object.fromEntries(ids.map((id) => [id, followed.has(id)]));
}
