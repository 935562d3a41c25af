/** What a client may say to any room, and how a frame of a client is read. A room adds its own commands to these. */
import { z } from "zod";
import type { FrameErrorCode } from "./envelope.ts";
import { positionSchema } from "./position.ts";

export const placeCommands = [
  /** "I have everything up to seq": answered by room.gap (empty when nothing is missing) or room.resync. */
  positionSchema.extend({ type: z.literal("resume") }),
  /** "Where does the log stand?": answered by room.head. */
  z.object({ type: z.literal("head") }),
] as const;

export const commandSchema = z.discriminatedUnion("type", placeCommands);
/** What every room understands. */
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
  /** `ref` names the command that was refused, when it had a name. */
  | { ok: false; code: FrameErrorCode; ref?: string };

/** Reads one frame of a client; never throws. */
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
