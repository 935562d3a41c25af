/** A row of the outbox as the database hands it over, and the few kinds that are for the rooms alone. */
import { z } from "zod";

export const outboxRowSchema = z.object({
  /** UUIDv7: of two rows the greater was written later. */
  id: z.uuid(),
  /** What kind of thing it is about, and its id: "user:<uuid>", "post:<uuid>". */
  topic: z.string(),
  type: z.string(),
  data: z.unknown(),
  createdAt: z.iso.datetime({ offset: true }),
});
export type OutboxRow = z.infer<typeof outboxRowSchema>;

export const controlSchema = z.discriminatedUnion("type", [
  /** A session ended (signed out, password changed, suspended): its sockets are closed. */
  z.object({ type: z.literal("session.revoked"), data: z.object({ sessionId: z.string().min(1).max(200) }) }),
  /** What the topic's person may see of another one changed; sent to both sides of a block. */
  z.object({
    type: z.literal("relation.hidden"),
    /** Hidden also means muted; a block besides shuts out of the other's posts. */
    data: z.object({ otherId: z.uuid(), isHidden: z.boolean(), isBlocked: z.boolean() }),
  }),
]);
/** What a room is told but never passes on to a client. */
export type Control = z.infer<typeof controlSchema>;

const controlTypes = new Set<string>(controlSchema.options.map((option) => option.shape.type.value));

export function isControlType(type: string): boolean {
  return controlTypes.has(type);
}

/** A row that could not be taken, and why, in words for the operator. */
export interface FailedRow {
  id: string;
  error: string;
}

/** A parse error in one line, without the data itself. */
export function explain(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "row"}: ${issue.message}`)
    .join("; ");
}
