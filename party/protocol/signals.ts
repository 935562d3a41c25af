/**
 * Frames without a number: true now, worth nothing a moment later. They are never logged or replayed; what they say is
 * asked for anew with each socket, or ends by itself.
 */
import * as z from "zod/mini";
import { PROTOCOL_VERSION } from "./envelope.ts";

/** Typing ends this long after its last sign of life, by the room's clock and by each client's own. */
export const TYPING_MS = 5_000;

const v = z.literal(PROTOCOL_VERSION);
const at = z.string();

export const signalSchema = z.discriminatedUnion("type", [
  z.object({
    v,
    type: z.literal("typing.changed"),
    at,
    data: z.object({ userId: z.string(), isTyping: z.boolean() }),
  }),
  /** The same by the account's room, for pages that do not have the conversation open. */
  z.object({
    v,
    type: z.literal("conversation.typing"),
    at,
    data: z.object({ conversationId: z.string(), userId: z.string(), isTyping: z.boolean() }),
  }),
  /** The answer to `presence.watch`, and every change afterwards. */
  z.object({
    v,
    type: z.literal("presence.changed"),
    at,
    data: z.object({
      people: z.array(
        z.object({ userId: z.string(), isOnline: z.boolean(), lastSeenAt: z.nullable(z.string()) }),
      ),
    }),
  }),
  /** Somebody near came or went. It says neither who nor where: `GET /api/nearby` does, to whom it may. */
  z.object({ v, type: z.literal("nearby.changed"), at, data: z.object({}) }),
  /** The room has written the message down. To the socket that sent it. */
  z.object({
    v,
    type: z.literal("message.acked"),
    at,
    data: z.object({ clientId: z.string(), seq: z.int(), id: z.string(), at: z.string() }),
  }),
  /** The command with this `ref` was carried out. To the socket that gave it. */
  z.object({ v, type: z.literal("command.done"), at, data: z.object({ ref: z.string() }) }),
]);
export type Signal = z.infer<typeof signalSchema>;
