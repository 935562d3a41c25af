/** What a client may say in a conversation's room. A refusal is a `room.error` whose `ref` names the command. */
import { z } from "zod";
import { placeCommands } from "./commands.ts";

/** The longest message, in UTF-16 code units. */
export const MESSAGE_MAX_CHARS = 4_000;

const place = z.int().min(1);
const ref = z.string().min(1).max(64);

/** Words with something to see in them; blanks around them, and what no database keeps (NUL, half a character), are cut off. */
export const messageBodySchema = z
  .string()
  .max(MESSAGE_MAX_CHARS)
  .transform((text) => text.toWellFormed().replaceAll("\0", "").replaceAll("\r\n", "\n").trim())
  .pipe(z.string().regex(/[^\s\p{Cc}\p{Cf}]/u));

export const newMessageSchema = z.strictObject({
  /** Made by the client, once per message: sent again, it is the same message. */
  clientId: z.uuid(),
  body: messageBodySchema,
  /** The place of the message this one answers. */
  replyTo: place.optional(),
});
export type NewMessage = z.infer<typeof newMessageSchema>;

/** One emoji, however many code points it is made of. */
export const emojiSchema = z
  .string()
  .max(32)
  .regex(/^\p{RGI_Emoji}$/v);

export const conversationCommandSchema = z.discriminatedUnion("type", [
  ...placeCommands,
  /** Answered by message.acked. */
  newMessageSchema.extend({ type: z.literal("message.send") }),
  z.strictObject({ type: z.literal("message.edit"), ref, seq: place, body: messageBodySchema }),
  /** For everybody; what was said is gone, that something was said stays. */
  z.strictObject({ type: z.literal("message.delete"), ref, seq: place }),
  z.strictObject({
    type: z.literal("message.react"),
    ref,
    seq: place,
    emoji: emojiSchema,
    isOn: z.boolean(),
  }),
  z.strictObject({ type: z.literal("typing.start") }),
  z.strictObject({ type: z.literal("typing.stop") }),
  /** "It is on this device." */
  z.strictObject({ type: z.literal("receipt.delivered"), seq: place }),
  /** "It was looked at." */
  z.strictObject({ type: z.literal("receipt.read"), seq: place }),
]);
export type ConversationCommand = z.infer<typeof conversationCommandSchema>;
