/** What a new account must look like. */
import { z } from "zod";
import { handleSchema } from "../../db/views/person.view.ts";
import {
  AGE_MAX_YEARS,
  AGE_MIN_YEARS,
  NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
} from "../limits.ts";
import { plainText } from "./text.rules.ts";

/** Names that would pass for Plaza itself, or for a page of it. */
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

/** Nothing but this: what the sign-in library would take besides (a picture, an id) is refused. Issues carry short codes as messages, which the form turns into words beside the field. */
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
  /** Where the link in the mail leads to; the library lets it be a path of Plaza only. */
  callbackURL: z.string().max(500).optional(),
});
