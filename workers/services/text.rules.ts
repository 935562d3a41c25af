/** What text people may send. */
import { z } from "zod";

/** Trimmed text within bounds, without the NUL that Postgres cannot keep. */
export const plainText = (min: number, max: number) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => !text.includes("\u0000"), "NUL");
