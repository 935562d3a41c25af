/** Which notifications are marked as read: some by their ids, or all. */
import { z } from "zod";
import { IDS_MAX } from "../../party/protocol/limits.ts";

export const readMarkSchema = z.union([
  z.strictObject({ ids: z.array(z.uuid()).min(1).max(IDS_MAX) }),
  z.strictObject({ all: z.literal(true) }),
]);
export type ReadMark = z.infer<typeof readMarkSchema>;
