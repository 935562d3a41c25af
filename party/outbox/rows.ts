/** The outbox row as Postgres returns it, and the control events, which are for rooms only. */
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

export const sessionIdSchema = z.string().min(1).max(200);

export const controlEventSchema = z.discriminatedUnion("type", [
  /** A session ended (signed out, password changed, suspended): its sockets are closed. */
  z.object({ type: z.literal("session.revoked"), data: z.object({ sessionId: sessionIdSchema }) }),
  /** What the topic's account may see of another one changed; sent to both sides of a block. */
  z.object({
    type: z.literal("relation.hidden"),
    /** Hidden by muting or by a block; a block also closes the other's posts. */
    data: z.object({ otherId: z.uuid(), isHidden: z.boolean(), isBlocked: z.boolean() }),
  }),
]);
/** An event that a UserRoom acts on and never sends to a client. */
export type ControlEvent = z.infer<typeof controlEventSchema>;

const controlTypes = new Set<string>(controlEventSchema.options.map((option) => option.shape.type.value));

export function isControlType(type: string): boolean {
  return controlTypes.has(type);
}

/** A row that could not be delivered, and why, for the operator. */
export interface FailedRow {
  id: string;
  error: string;
}

/** A parse error in one line, without the parsed data. */
export function explain(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "row"}: ${issue.message}`)
    .join("; ");
}
