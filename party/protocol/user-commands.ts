/** The commands that a device may send to its account's UserRoom. */
import { z } from "zod";
import { logCommands } from "./commands.ts";
import { IDS_MAX } from "./limits.ts";

export const userCommandSchema = z.discriminatedUnion("type", [
  ...logCommands,
  /** Subscribes this socket to the presence of these people instead of its earlier ones. Answered by presence.changed with all. */
  z.strictObject({
    type: z.literal("presence.watch"),
    ids: z.array(z.uuid()).max(IDS_MAX),
  }),
  /** This conversation's messages up to seq have arrived on this device. */
  z.strictObject({ type: z.literal("receipt.delivered"), conversationId: z.uuid(), seq: z.int().min(1) }),
]);
export type UserCommand = z.infer<typeof userCommandSchema>;
