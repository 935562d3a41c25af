/**
 * What a room sends: numbered events in one envelope, and a handful of control frames around them.
 * Small on purpose (zod/mini): a browser may load it. What `data` holds is told by `user-events.ts` and `post-events.ts`.
 */
import * as z from "zod/mini";

export const PROTOCOL_VERSION = 1;

/**
 * The heartbeat: a client sends this exact text and the platform itself answers with a `room.head` frame. The room
 * stays asleep, and a client that lost the very last frame notices it by the head number.
 */
export const PING = "ping";

export const closeCodes = {
  /** The session ended: sign in again. */
  sessionEnded: 4401,
  /** This viewer may not be here any more. */
  forbidden: 4403,
  gone: 4404,
  policy: 1008,
  tooLarge: 1009,
  internal: 1011,
  tryAgainLater: 1013,
} as const;

export const frameErrorCodes = [
  "MALFORMED_FRAME",
  "UNKNOWN_COMMAND",
  "FRAME_TOO_LARGE",
  "RATE_LIMITED",
  /** The words that follow are the API's own: said about a command that was understood. */
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "GONE",
  "UNAVAILABLE",
] as const;
/** Why a room did not take a frame. */
export type FrameErrorCode = (typeof frameErrorCodes)[number];

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
/** One event: `seq` grows by one with each event of a room, `at` is when it became true (ISO 8601). */
export type Envelope = z.infer<typeof envelopeSchema>;

export const controlFrameSchema = z.discriminatedUnion("type", [
  /** First frame of a socket: where the room's log stands. */
  z.object({
    v,
    type: z.literal("room.welcome"),
    epoch: z.string(),
    seq,
    /**
     * For how long, at least, nothing has happened here, in milliseconds; null when the room cannot tell. A client
     * without a position that read everything later than that has missed nothing.
     */
    idleMs: z.optional(z.nullable(z.number())),
  }),
  /** Everything after `after`, in order; superseded events may be missing inside. Afterwards the reader is at `seq`. */
  z.object({
    v,
    type: z.literal("room.gap"),
    epoch: z.string(),
    after: seq,
    seq,
    events: z.array(envelopeSchema),
  }),
  /** The room cannot tell what was missed: read everything again, then go on from `seq`. */
  z.object({ v, type: z.literal("room.resync"), epoch: z.string(), seq }),
  /** Where the log stands: the answer to a ping and to the command `head`. */
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

/** True for the frames that talk about the log and carry no event of their own. */
export function isControlFrame(frame: ServerFrame): frame is ControlFrame {
  return frame.type.startsWith("room.");
}

/** Reads one frame of a room. Null for what this version does not know; it never throws. */
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
