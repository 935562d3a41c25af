/**
 * The frames of a room: numbered events in one envelope, and control frames about its log. Uses zod/mini, because browsers load
 * this file. `user-events.ts`, `conversation-events.ts` and `post-events.ts` define `data`.
 */
import * as z from "zod/mini";
import { frameErrorCodes, PROTOCOL_VERSION } from "./wire.ts";

const v = z.literal(PROTOCOL_VERSION);
const seq = z.int().check(z.gte(0));

export const envelopeSchema = z.object({
  v,
  id: z.string().check(z.minLength(1)),
  seq,
  type: z.string().check(z.regex(/^[a-z]+\.[a-zA-Z]+$/)),
  at: z.string(),
  data: z.unknown(),
});
/** One event: `seq` grows by one with each event of a room; `at` is when it happened (ISO 8601). */
export type Envelope = z.infer<typeof envelopeSchema>;

export const controlFrameSchema = z.discriminatedUnion("type", [
  /** First frame of a socket: the head of the room's log. */
  z.object({
    v,
    type: z.literal("room.welcome"),
    epoch: z.string(),
    seq,
    /**
     * The room has logged no event for at least this long, in milliseconds; null when unknown. A client without a position has
     * missed nothing if it has read everything since then.
     */
    idleMs: z.optional(z.nullable(z.number())),
  }),
  /** Every event after `after`, in order, without replaced events. Afterwards the client's position is `seq`. */
  z.object({
    v,
    type: z.literal("room.gap"),
    epoch: z.string(),
    after: seq,
    seq,
    events: z.array(envelopeSchema),
  }),
  /** The log no longer has the missed events. The client has to read everything again and continue from `seq`. */
  z.object({ v, type: z.literal("room.resync"), epoch: z.string(), seq }),
  /** The head of the log: the answer to a ping and to the command `head`. */
  z.object({ v, type: z.literal("room.head"), epoch: z.string(), seq }),
  z.object({
    v,
    type: z.literal("room.error"),
    code: z.enum(frameErrorCodes),
    message: z.string(),
    /** The `ref` or `clientId` of the command that was refused, when it had one. */
    ref: z.optional(z.string()),
  }),
]);
export type ControlFrame = z.infer<typeof controlFrameSchema>;

export type ServerFrame = ControlFrame | Envelope;

/** True for frames about the log, which carry no event. */
export function isControlFrame(frame: ServerFrame): frame is ControlFrame {
  return frame.type.startsWith("room.");
}

/** Parses one frame of a room. Null for a frame of another version. Never throws. */
export function parseFrame(text: unknown): ServerFrame | null {
  if (typeof text !== "string") return null;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const control = controlFrameSchema.safeParse(raw);
  if (control.success) return control.data;
  const envelope = envelopeSchema.safeParse(raw);
  return envelope.success && !isControlFrame(envelope.data) ? envelope.data : null;
}
