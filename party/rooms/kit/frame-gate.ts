/** The door for what clients send: size, rate, grammar. Bounded work for every frame, whoever sends it. */
import { type CommandSchema, parseCommand } from "../../protocol/commands.ts";
import { COMMANDS_PER_SECOND_SERVER_MAX } from "../../protocol/limits.ts";
import { closeCodes, type FrameErrorCode } from "../../protocol/wire.ts";
import { TokenBucket } from "./token-bucket.ts";

export const FRAME_MAX_BYTES = 16 * 1024;
/** A resume may read a thousand rows, a watch write two hundred: they cost as much as so many ordinary frames. */
export const COSTLY_POINTS: Readonly<Record<string, number>> = { resume: 5, "presence.watch": 3 };

export interface Refusal {
  kind: "refused";
  code: FrameErrorCode;
  message: string;
  close: number | null;
  /** Names the refused command, when it had a name. */
  ref?: string;
}

export type Admission<C> = { kind: "command"; command: C } | Refusal;

export class FrameGate<C extends { type: string }> {
  readonly #bucket: TokenBucket;
  readonly #commands: CommandSchema<C>;

  constructor(now: () => number, commands: CommandSchema<C>) {
    this.#bucket = new TokenBucket(COMMANDS_PER_SECOND_SERVER_MAX, COMMANDS_PER_SECOND_SERVER_MAX, now);
    this.#commands = commands;
  }

  /** Says what one frame of one socket is worth. */
  admit(connectionId: string, frame: string | ArrayBuffer | ArrayBufferView): Admission<C> {
    const bytes = typeof frame === "string" ? frame.length : frame.byteLength;
    if (bytes > FRAME_MAX_BYTES) {
      return refuse("FRAME_TOO_LARGE", `at most ${FRAME_MAX_BYTES} bytes`, closeCodes.tooLarge);
    }
    if (!this.#bucket.tryTake(connectionId, 1)) return tooFast;
    if (typeof frame !== "string") return refuse("MALFORMED_FRAME", "text frames only");
    const parsed = parseCommand(frame, this.#commands);
    if (!parsed.ok) {
      const refusal = refuse(parsed.code, "see party/protocol");
      return parsed.ref === undefined ? refusal : { ...refusal, ref: parsed.ref };
    }
    const points = COSTLY_POINTS[parsed.command.type] ?? 1;
    if (points > 1 && !this.#bucket.tryTake(connectionId, points - 1)) return tooFast;
    return { kind: "command", command: parsed.command };
  }

  delete(connectionId: string): void {
    this.#bucket.delete(connectionId);
  }
}

const tooFast = refuse(
  "RATE_LIMITED",
  `at most ${COMMANDS_PER_SECOND_SERVER_MAX} commands a second`,
  closeCodes.policy,
);

function refuse(code: FrameErrorCode, message: string, close: number | null = null): Refusal {
  return { kind: "refused", code, message, close };
}
