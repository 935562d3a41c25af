/** JSON of presence and nearby people in responses and events. */
import { z } from "zod";
import { personSchema, personViewSchema } from "./person.view.ts";

export const audiences = ["everyone", "mutuals", "chosen", "nobody"] as const;
/** Who may see that somebody is online. Mutuals: they follow each other. */
export type Audience = (typeof audiences)[number];

export const presenceSchema = z.object({
  isOnline: z.boolean(),
  /** When the last device disconnected; null while online, unknown, or not visible to the viewer. */
  lastSeenAt: z.iso.datetime({ offset: true }).nullable(),
});
export type Presence = z.infer<typeof presenceSchema>;

export const presenceOfSchema = presenceSchema.extend({ userId: z.uuid() });
export type PresenceOf = z.infer<typeof presenceOfSchema>;

export const presenceSettingsSchema = z.object({
  audience: z.enum(audiences),
  /** Account ids for the audience `chosen`. */
  chosen: z.array(z.uuid()),
  /** The same accounts with handle and name. */
  people: z.array(personSchema),
  /** Read receipts, in both directions: an account that does not share its own does not see others'. */
  sharesReceipts: z.boolean(),
});
export type PresenceSettings = z.infer<typeof presenceSettingsSchema>;

/**
 * A geohash of 4 or 5 characters: about 39x20 km or 5x5 km. Smaller cells are refused: they would tell a street.
 * https://en.wikipedia.org/wiki/Geohash
 */
export const cellSchema = z.string().regex(/^[0-9b-hjkmnp-z]{4,5}$/);

export const nearbyViewSchema = z.object({
  cell: cellSchema.nullable(),
  /** When the viewer's own shared location expires; null when it is not shared. */
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
  people: z.array(personViewSchema),
});
export type NearbyView = z.infer<typeof nearbyViewSchema>;
