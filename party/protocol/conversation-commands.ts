/** The commands that a client may send to a ConversationRoom. A refusal is a `room.error` whose `ref` names the command. */
import { z } from "zod";
import { logCommands } from "./commands.ts";
import { MESSAGE_MAX_CHARS } from "./limits.ts";

const seq = z.int().min(1);
const ref = z.string().min(1).max(64);

/** Text with at least one visible character. Removes outer white space, and NUL and lone surrogates, which Postgres cannot store. */
export const messageBodySchema = z
  .string()
  .max(MESSAGE_MAX_CHARS)
  .transform((text) => text.toWellFormed().replaceAll("\0", "").replaceAll("\r\n", "\n").trim())
  .pipe(z.string().regex(/[^\s\p{Cc}\p{Cf}]/u));

export const newMessageSchema = z.strictObject({
  /** Created by the client once per message: a retry has the same id. */
  clientId: z.uuid(),
  body: messageBodySchema,
  /** The seq of the message that this one replies to. */
  replyTo: seq.optional(),
});
export type NewMessage = z.infer<typeof newMessageSchema>;

/** One emoji, of one or more code points. */
export const emojiSchema = z
  .string()
  .max(32)
  .regex(/^\p{RGI_Emoji}$/v);

export const conversationCommandSchema = z.discriminatedUnion("type", [
  ...logCommands,
  /** Answered by message.acked. */
  newMessageSchema.extend({ type: z.literal("message.send") }),
  z.strictObject({ type: z.literal("message.edit"), ref, seq, body: messageBodySchema }),
  /** Deletes the text for everybody. The message keeps its seq and is marked as deleted. */
  z.strictObject({ type: z.literal("message.delete"), ref, seq }),
  z.strictObject({
    type: z.literal("message.react"),
    ref,
    seq,
    emoji: emojiSchema,
    isOn: z.boolean(),
  }),
  z.strictObject({ type: z.literal("typing.start") }),
  z.strictObject({ type: z.literal("typing.stop") }),
  /** Messages up to seq have arrived on this device. */
  z.strictObject({ type: z.literal("receipt.delivered"), seq }),
  /** Messages up to seq have been read. */
  z.strictObject({ type: z.literal("receipt.read"), seq }),
]);
export type ConversationCommand = z.infer<typeof conversationCommandSchema>;
