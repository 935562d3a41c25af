/** Frames without a seq. They are not logged and not replayed: a new socket requests the current state, or the state expires. */
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
  /** The same as typing.changed, from the UserRoom, for pages without a socket to the conversation. */
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
  /** Somebody nearby shares a cell now, or no longer. Has neither person nor cell: the client reads `GET /api/nearby`. */
  z.object({ v, type: z.literal("nearby.changed"), at, data: z.object({}) }),
  /** The room has stored the message. Sent to the socket of its sender. */
  z.object({
    v,
    type: z.literal("message.acked"),
    at,
    data: z.object({ clientId: z.string(), seq: z.int(), id: z.string(), at: z.string() }),
  }),
  /** The command with this `ref` has succeeded. Sent to the socket that sent the command. */
  z.object({ v, type: z.literal("command.done"), at, data: z.object({ ref: z.string() }) }),
]);
/** Every signal of every room. */
export type Signal = z.infer<typeof signalSchema>;
