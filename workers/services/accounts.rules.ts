/** What a new account must look like, and which handles are reserved. */
import { z } from "zod";
import { handleSchema } from "../../db/views/person.view.ts";
import {
  AGE_MIN_YEARS,
  NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
} from "../../party/protocol/limits.ts";
import { AGE_MAX_YEARS } from "../limits.ts";
import { plainText } from "./text.rules.ts";

/** Handles that people would take for Plaza itself or one of its pages. */
const RESERVED = new Set([
  "admin",
  "administrator",
  "api",
  "about",
  "help",
  "login",
  "moderator",
  "plaza",
  "postmaster",
  "root",
  "security",
  "settings",
  "signin",
  "signup",
  "staff",
  "support",
  "system",
  "team",
  "webmaster",
]);
export const isReserved = (handle: string) => RESERVED.has(handle);

/** Whole years from a birth date (YYYY-MM-DD) to a day, both in UTC. */
export function ageOn(birthDate: string, day: Date): number {
  const born = new Date(`${birthDate}T00:00:00Z`);
  const years = day.getUTCFullYear() - born.getUTCFullYear();
  const hadBirthday =
    day.getUTCMonth() > born.getUTCMonth() ||
    (day.getUTCMonth() === born.getUTCMonth() && day.getUTCDate() >= born.getUTCDate());
  return hadBirthday ? years : years - 1;
}

/**
 * Strict: other fields that better-auth would accept (image, id) are refused. The messages of issues are
 * codes, which the form translates beside the field.
 */
export const signUpSchema = z.strictObject({
  name: plainText(1, NAME_MAX_CHARS),
  handle: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(handleSchema)
    .refine((handle) => !isReserved(handle), "RESERVED"),
  email: z
    .email()
    .max(254)
    .transform((email) => email.toLowerCase()),
  password: z.string().min(PASSWORD_MIN_CHARS).max(PASSWORD_MAX_CHARS),
  birthDate: z.iso.date().superRefine((birthDate, issues) => {
    const age = ageOn(birthDate, new Date());
    if (age < AGE_MIN_YEARS) issues.addIssue({ code: "custom", message: "TOO_YOUNG" });
    else if (age > AGE_MAX_YEARS) issues.addIssue({ code: "custom", message: "NOT_A_BIRTH_DATE" });
  }),
});
