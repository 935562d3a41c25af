/** Checks size, rate and schema of the frames that clients send, with bounded work per frame. */
import { type CommandSchema, parseCommand } from "../../protocol/commands.ts";
import { COMMANDS_PER_SECOND_SERVER_MAX } from "../../protocol/limits.ts";
import { closeCodes, type FrameErrorCode } from "../../protocol/wire.ts";
import { TokenBucket } from "./token-bucket.ts";

export const FRAME_MAX_BYTES = 16 * 1024;
/** Tokens of the commands that cost more than one. A resume may read a thousand rows, a subscription may write two hundred. */
export const COMMAND_COSTS: Readonly<Record<string, number>> = { resume: 5, "presence.watch": 3 };

export interface Refusal {
  kind: "refused";
  code: FrameErrorCode;
  message: string;
  close: number | null;
  /** The `ref` of the refused command, if it has one. */
  ref?: string;
}

export type FrameResult<C> = { kind: "command"; command: C } | Refusal;

export class FrameGate<C extends { type: string }> {
  readonly #bucket: TokenBucket;
  readonly #commands: CommandSchema<C>;

  constructor(now: () => number, commands: CommandSchema<C>) {
    this.#bucket = new TokenBucket(COMMANDS_PER_SECOND_SERVER_MAX, COMMANDS_PER_SECOND_SERVER_MAX, now);
    this.#commands = commands;
  }

  /** Parses one frame of a socket, or refuses it. */
  admit(connectionId: string, frame: string | ArrayBuffer | ArrayBufferView): FrameResult<C> {
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
    const cost = COMMAND_COSTS[parsed.command.type] ?? 1;
    if (cost > 1 && !this.#bucket.tryTake(connectionId, cost - 1)) return tooFast;
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
