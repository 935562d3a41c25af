/**
 * Frames without a seq. They are never logged or replayed: a new socket asks for the current state, or the state expires by
 * itself.
 */
import * as z from "zod/mini";
import { PROTOCOL_VERSION } from "./wire.ts";

const v = z.literal(PROTOCOL_VERSION);
const at = z.string();

export const signalSchema = z.discriminatedUnion("type", [
  z.object({
    v,
    type: z.literal("typing.changed"),
    at,
    data: z.object({ userId: z.string(), isTyping: z.boolean() }),
  }),
  /** The same from the UserRoom, for pages that do not have the conversation open. */
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
  /** Somebody near joined or left. Names neither the person nor the cell: `GET /api/nearby` answers who is visible. */
  z.object({ v, type: z.literal("nearby.changed"), at, data: z.object({}) }),
  /** The room has stored the message. To the socket that sent it. */
  z.object({
    v,
    type: z.literal("message.acked"),
    at,
    data: z.object({ clientId: z.string(), seq: z.int(), id: z.string(), at: z.string() }),
  }),
  /** The command with this `ref` was carried out. To the socket that sent it. */
  z.object({ v, type: z.literal("command.done"), at, data: z.object({ ref: z.string() }) }),
]);
/** Every signal of every room. */
export type Signal = z.infer<typeof signalSchema>;
