/** Text that people send. */
import { z } from "zod";

/**
 * Trimmed text of `min` to `max` characters, without lone surrogates (not UTF-8) and NUL (not storable in
 * Postgres).
 */
export const plainText = (min: number, max: number) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes("\u0000"), "NOT_TEXT");
