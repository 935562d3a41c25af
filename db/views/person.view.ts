/** JSON of people in responses and events: person cards, profile pages, the viewer's own account. */
import { z } from "zod";

/**
 * Handles: 3-30 characters of a-z, 0-9 and _, a letter first. A check constraint of `users` has the same
 * rule.
 */
export const handleSchema = z.string().regex(/^[a-z][a-z0-9_]{2,29}$/);

export const personSchema = z.object({
  id: z.uuid(),
  handle: z.string(),
  name: z.string(),
});
/** Id, handle and name: what every list shows of a person. */
export type Person = z.infer<typeof personSchema>;

export const personViewSchema = personSchema.extend({
  bio: z.string(),
  viewer: z.object({ isFollowing: z.boolean(), isFollowedBy: z.boolean(), isSelf: z.boolean() }).nullable(),
});
/** A person in a list, with the viewer's relation to it (null when signed out). */
export type PersonView = z.infer<typeof personViewSchema>;

export const profileStatsSchema = z.object({
  followers: z.int(),
  following: z.int(),
  posts: z.int(),
  answers: z.int(),
  upvotes: z.int(),
  version: z.int(),
});
export type ProfileStats = z.infer<typeof profileStatsSchema>;

export const badgeTypes = ["first_answer"] as const;

export const profileViewSchema = personSchema.extend({
  bio: z.string(),
  joinedAt: z.iso.datetime({ offset: true }),
  stats: profileStatsSchema,
  badges: z.array(z.object({ badge: z.enum(badgeTypes), earnedAt: z.iso.datetime({ offset: true }) })),
  viewer: z
    .object({
      isSelf: z.boolean(),
      isFollowing: z.boolean(),
      isFollowedBy: z.boolean(),
      isBlocked: z.boolean(),
      isMuted: z.boolean(),
    })
    .nullable(),
});
export type ProfileView = z.infer<typeof profileViewSchema>;

export const relationViewSchema = z.object({
  isFollowing: z.boolean(),
  isBlocked: z.boolean(),
  isMuted: z.boolean(),
  followers: z.int(),
  following: z.int(),
  version: z.int(),
});
/** The viewer's relation to a profile after a write, and that profile's counts. */
export type RelationView = z.infer<typeof relationViewSchema>;

export const languages = ["en", "lt"] as const;

/** What an account may do beyond the usual. The check of account_capabilities has the same list. */
export const capabilities = ["accounts.suspend"] as const;
export type Capability = (typeof capabilities)[number];

export const meSchema = personSchema.extend({
  bio: z.string(),
  email: z.email(),
  language: z.enum(languages),
  capabilities: z.array(z.enum(capabilities)),
  joinedAt: z.iso.datetime({ offset: true }),
});
/** The viewer's own account; visible to the viewer only. */
export type Me = z.infer<typeof meSchema>;
