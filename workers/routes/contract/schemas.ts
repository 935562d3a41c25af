/** Schemas that all routes share: errors, pages, parameters. */
import { z } from "@hono/zod-openapi";
import { errorCodes } from "../../errors.ts";
import { CURSOR_MAX_CHARS, PAGE_DEFAULT, PAGE_MAX } from "../../limits.ts";

export const errorSchema = z
  .object({
    error: z.object({
      code: z.enum(errorCodes),
      message: z.string(),
      requestId: z.string(),
      details: z.unknown().optional(),
    }),
  })
  .openapi("Error");

export interface JsonResponse<T extends z.ZodType = z.ZodType> {
  description: string;
  content: { "application/json": { schema: T } };
}
/** Describes a JSON response. */
export const json = <T extends z.ZodType>(schema: T, description: string): JsonResponse<T> => ({
  description,
  content: { "application/json": { schema } },
});
export const ok = <T extends z.ZodType>(schema: T, description: string) => ({
  200: json(schema, description),
});
export const created = <T extends z.ZodType>(schema: T, description: string) => ({
  201: json(schema, description),
});
export const noContent = (description: string) => ({ 204: { description } });

/** Describes a JSON request body. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { "application/json": { schema } },
});

const failure = (description: string) => json(errorSchema, description);
/** The failures of every read. */
export const readFailures = {
  400: failure("The request is not valid"),
  401: failure("Not signed in, or the session has ended"),
  404: failure("Not found"),
  410: failure("Deleted"),
  429: failure("Too many requests; see Retry-After"),
  503: failure("The database cannot be reached"),
} as const;
/** The failures of every write. */
export const writeFailures = {
  ...readFailures,
  403: failure("Not allowed"),
  409: failure("Conflicts with the current state, or with an earlier use of the Idempotency-Key"),
  413: failure("The body is too large"),
  415: failure("The body is not application/json"),
} as const;

export const pageQuery = z.object({
  cursor: z.string().max(CURSOR_MAX_CHARS).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
});

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Lower case: rooms are addressed by ids, and the same id in capitals would address another room. */
const id = z.uuid().toLowerCase();
export const idParams = z.object({ id });
export const handleParams = z.object({
  handle: z
    .string()
    .toLowerCase()
    .regex(/^[a-z][a-z0-9_]{2,29}$/),
});
/** Described on every write; middleware/service.ts reads it. */
export const idempotencyHeader = z.object({
  "idempotency-key": z.string().optional().openapi({
    description: "8-128 of A-Z a-z 0-9 _ -; a request repeated with the same key is carried out once",
  }),
});

/** The position after which events are wanted: `<epoch>:<seq>`. */
export const eventsQuery = z.object({
  after: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}:\d{1,15}$/)
    .optional(),
});
export const eventsPage = ok(
  z.object({
    epoch: z.string(),
    seq: z.int(),
    events: z.array(z.unknown()).optional(),
    resync: z.literal(true).optional(),
  }),
  "The events after a position, or resync when the log no longer has all of them",
);
