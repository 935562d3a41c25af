/** Writes to the viewer's own profile, and the viewer's follows, blocks and mutes. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";

export interface ProfileChange {
  name?: string | undefined;
  bio?: string | undefined;
  language?: "en" | "lt" | undefined;
}

/** Changes only the given fields. */
export const updateMe = (change: ProfileChange): Statement<never>[] => [
  statement(sql`update profiles set name = coalesce(${change.name ?? null}, name), bio = coalesce(${change.bio ?? null}, bio),
    updated_at = now() where user_id = app.viewer()`),
  ...(change.language
    ? [
        statement<never>(
          sql`update user_settings set language = ${change.language}, updated_at = now() where user_id = app.viewer()`,
        ),
      ]
    : []),
];

export type Relation = "follow" | "block" | "mute";
const edges = {
  follow: { table: sql`user_follows`, from: sql`follower_id`, to: sql`following_id` },
  block: { table: sql`blocks`, from: sql`blocker_id`, to: sql`blocked_id` },
  mute: { table: sql`mutes`, from: sql`muter_id`, to: sql`muted_id` },
} as const;

/**
 * Raises NOT_FOUND for a handle that does not exist for the viewer and CONFLICT for the viewer's own handle.
 */
export const requireOther = (handle: string): Statement<never> =>
  statement(sql`select app.require_other(${handle})`);

/** Follows, blocks or mutes. Idempotent: an existing relation is not changed and not published again. */
export const insertRelation = (relation: Relation, handle: string): Statement<never> => {
  const { table, from, to } = edges[relation];
  return statement(sql`insert into ${table} (${from}, ${to})
    select app.viewer(), user_id from profiles where handle = ${handle} on conflict do nothing`);
};

export const deleteRelation = (relation: Relation, handle: string): Statement<never> => {
  const { table, from, to } = edges[relation];
  return statement(sql`delete from ${table} where ${from} = app.viewer()
    and ${to} = (select user_id from profiles where handle = ${handle})`);
};
