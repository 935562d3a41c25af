/** The commands that every room with a log accepts, and the parser of a client's frames. Each kind of room adds commands. */
import { z } from "zod";
import { positionSchema } from "./position.ts";
import type { FrameErrorCode } from "./wire.ts";

export const logCommands = [
  /** The client has everything up to seq. Answered by room.gap (empty when nothing is missing) or room.resync. */
  positionSchema.extend({ type: z.literal("resume") }),
  /** Requests the head of the log. Answered by room.head. */
  z.object({ type: z.literal("head") }),
] as const;

export const commandSchema = z.discriminatedUnion("type", logCommands);
/** A command that every room with a log accepts. */
export type Command = z.infer<typeof commandSchema>;

/** The commands of one room: a union discriminated by `type`. */
export type CommandSchema<C extends { type: string } = { type: string }> = z.ZodType<C> & {
  options: readonly { shape: { type: { value: string } } }[];
};

const refSchema = z.object({
  type: z.string(),
  ref: z.string().max(64).optional().catch(undefined),
  clientId: z.string().max(64).optional().catch(undefined),
});

export type ParsedCommand<C> =
  | { ok: true; command: C }
  /** `ref` is the refused command's `ref` or `clientId`, when it had one. */
  | { ok: false; code: FrameErrorCode; ref?: string };

/** Parses one frame of a client; never throws. */
export function parseCommand<C extends { type: string } = Command>(
  text: string,
  schema: CommandSchema<C> = commandSchema as unknown as CommandSchema<C>,
): ParsedCommand<C> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, code: "MALFORMED_FRAME" };
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { ok: true, command: parsed.data };
  const typed = refSchema.safeParse(raw);
  if (!typed.success) return { ok: false, code: "MALFORMED_FRAME" };
  const isKnown = schema.options.some((option) => option.shape.type.value === typed.data.type);
  const ref = typed.data.ref ?? typed.data.clientId;
  const code = isKnown ? "MALFORMED_FRAME" : "UNKNOWN_COMMAND";
  return ref === undefined ? { ok: false, code } : { ok: false, code, ref };
}
