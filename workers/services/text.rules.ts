/** What text people may send. */
import { z } from "zod";

/** Trimmed text within bounds, without what UTF-8 or Postgres cannot keep: half a surrogate pair, NUL. */
export const plainText = (min: number, max: number) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes("\u0000"), "NOT_TEXT");
