/** What a device may say to its account's own room. */
import { z } from "zod";
import { placeCommands } from "./commands.ts";

/** People whose presence one tab watches at a time. */
export const PRESENCE_WATCH_MAX = 200;

export const userCommandSchema = z.discriminatedUnion("type", [
  ...placeCommands,
  /** The whole set this tab wants to hear of; replaces the one before. Answered by a presence.changed with all of them. */
  z.strictObject({
    type: z.literal("presence.watch"),
    ids: z.array(z.uuid()).max(PRESENCE_WATCH_MAX),
  }),
  /** "This conversation's messages up to seq are on this device." */
  z.strictObject({ type: z.literal("receipt.delivered"), conversationId: z.uuid(), seq: z.int().min(1) }),
]);
export type UserCommand = z.infer<typeof userCommandSchema>;
