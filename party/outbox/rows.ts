/** The outbox row as Postgres returns it, and the control events, which no client receives. */
import { z } from "zod";

export const outboxRowSchema = z.object({
  /** UUIDv7: of two rows the greater was written later. */
  id: z.uuid(),
  /** Kind and id of the room that receives the row: "user:<uuid>", "post:<uuid>". */
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
  /** The topic's account blocked or muted another one, or the reverse. After a block both accounts get a row. */
  z.object({
    type: z.literal("relation.hidden"),
    /** Hidden by a mute or a block. Only a block closes the other account's posts. */
    data: z.object({ otherId: z.uuid(), isHidden: z.boolean(), isBlocked: z.boolean() }),
  }),
]);
/** An event that a UserRoom acts on and never sends to a client. */
export type ControlEvent = z.infer<typeof controlEventSchema>;

const controlTypes = new Set<string>(controlEventSchema.options.map((option) => option.shape.type.value));

export function isControlType(type: string): boolean {
  return controlTypes.has(type);
}

/** A row that could not be delivered, and the error, which is stored for the operator. */
export interface FailedRow {
  id: string;
  error: string;
}

/** A parse error in one line, without the data. */
export function explain(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "row"}: ${issue.message}`)
    .join("; ");
}
