/** What a client may say to a room. Everything that changes data goes over HTTP; a socket only asks for its place. */
import { z } from "zod";
import type { FrameErrorCode } from "./envelope.ts";
import { positionSchema } from "./position.ts";

export const commandSchema = z.discriminatedUnion("type", [
  /** "I have everything up to seq": answered by room.gap (empty when nothing is missing) or room.resync. */
  positionSchema.extend({ type: z.literal("resume") }),
  /** "Where does the log stand?": answered by room.head. */
  z.object({ type: z.literal("head") }),
]);
export type Command = z.infer<typeof commandSchema>;

const typedSchema = z.object({ type: z.string() });
const knownTypes = new Set<string>(commandSchema.options.map((option) => option.shape.type.value));

/** Reads one frame of a client; never throws. */
export function parseCommand(
  text: string,
): { ok: true; command: Command } | { ok: false; code: FrameErrorCode } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, code: "MALFORMED_FRAME" };
  }
  const parsed = commandSchema.safeParse(raw);
  if (parsed.success) return { ok: true, command: parsed.data };
  const typed = typedSchema.safeParse(raw);
  const isUnknown = typed.success && !knownTypes.has(typed.data.type);
  return { ok: false, code: isUnknown ? "UNKNOWN_COMMAND" : "MALFORMED_FRAME" };
}
