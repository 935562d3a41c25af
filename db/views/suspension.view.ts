/** JSON of an account's suspension, for moderators. */
import { z } from "zod";

export const suspensionSchema = z.object({
  isSuspended: z.boolean(),
  /** When it last changed; null when it never did. */
  at: z.iso.datetime({ offset: true }).nullable(),
  reason: z.string().nullable(),
  /** The moderator; null for an operator and for a deleted account. */
  actorHandle: z.string().nullable(),
});
export type Suspension = z.infer<typeof suspensionSchema>;
