/** What a change of one's own profile may hold, and why a handle cannot be had. */
import { z } from "zod";
import { languages } from "../../db/views/person.view.ts";
import { BIO_MAX_CHARS, NAME_MAX_CHARS } from "../../party/protocol/limits.ts";
import { plainText } from "./text.rules.ts";

export const profileChangeSchema = z.strictObject({
  name: plainText(1, NAME_MAX_CHARS).optional(),
  bio: plainText(0, BIO_MAX_CHARS).optional(),
  language: z.enum(languages).optional(),
});

export const handleAvailabilitySchema = z.object({
  available: z.boolean(),
  reason: z.enum(["INVALID", "RESERVED", "TAKEN"]).optional(),
});
export type HandleAvailability = z.infer<typeof handleAvailabilitySchema>;
