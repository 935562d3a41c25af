/** Profiles: the viewer's own and others', and searches by handle or name. */
import {
  selectHandleIsFree,
  selectHandleSuggestions,
  selectMe,
  findPeople as selectPeople,
  selectProfile,
} from "../../db/reads/profiles.reads.ts";
import { handleSchema, type Me, type PersonView, type ProfileView } from "../../db/views/person.view.ts";
import { type ProfileChange, updateMe as writeMe } from "../../db/writes/profiles.writes.ts";
import { requireToken, type ServiceContext } from "../context.ts";
import { isReserved } from "./accounts.rules.ts";
import { only } from "./pages.rules.ts";
import type { HandleAvailability } from "./profiles.rules.ts";

/** @throws ApiError UNAUTHENTICATED */
export async function readMe(ctx: ServiceContext): Promise<Me> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectMe()]);
  return only(results[0]).view;
}

/** The viewer's own account, or null when nobody is signed in. */
export async function findMe(ctx: ServiceContext): Promise<Me | null> {
  return ctx.token === null ? null : readMe(ctx);
}

export async function updateMe(ctx: ServiceContext, change: ProfileChange): Promise<Me> {
  const { views, outbox } = await ctx.db.writeAsViewer(requireToken(ctx), ctx.claim, [
    ...writeMe(change),
    selectMe(),
  ]);
  ctx.deliver(outbox);
  return only(views);
}

export async function checkHandle(ctx: ServiceContext, wanted: string): Promise<HandleAvailability> {
  const parsed = handleSchema.safeParse(wanted.toLowerCase());
  if (!parsed.success) return { available: false, reason: "INVALID" };
  if (isReserved(parsed.data)) return { available: false, reason: "RESERVED" };
  const { results } = await ctx.db.asViewer(null, [selectHandleIsFree(parsed.data)]);
  return only(results[0]).free ? { available: true } : { available: false, reason: "TAKEN" };
}

/** At most HANDLE_SUGGESTIONS people by the beginning of their handle. */
export async function findHandles(ctx: ServiceContext, prefix: string): Promise<PersonView[]> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectHandleSuggestions(prefix)]);
  return results[0].map((row) => row.view);
}

/** People by name or handle; with an empty query, those the viewer writes with or follows. */
export async function findPeople(ctx: ServiceContext, query: string): Promise<PersonView[]> {
  const { results } = await ctx.db.asViewer(requireToken(ctx), [selectPeople(query)]);
  return results[0].map((row) => row.view);
}

/** @throws ApiError NOT_FOUND */
export async function findProfile(ctx: ServiceContext, handle: string): Promise<ProfileView> {
  const { results } = await ctx.db.asViewer(ctx.token, [selectProfile(handle)]);
  return only(results[0]).view;
}
