/**
 * The frames that a room sends (`party/protocol/envelope.ts`), checked structurally. The sender is our own origin, which
 * validates every frame; a full schema check would add the schema library to the page.
 */
import type { Envelope } from "../../../party/protocol/envelope.ts";
import type { Signal as SignalFrame } from "../../../party/protocol/signals.ts";

/** A position in a room's log: everything up to `seq` was applied. `epoch` changes when the log starts anew. */
export interface Position {
  epoch: string;
  seq: number;
}

/** One numbered event of a room. Its `type` determines the shape of `data`. */
export type RoomEvent = Omit<Envelope, "v">;

type WithoutVersion<S> = S extends unknown ? Omit<S, "v"> : never;
/** A frame without a seq: valid at that moment, never replayed. */
export type Signal = WithoutVersion<SignalFrame>;

const SIGNALS: ReadonlySet<string> = new Set<Signal["type"]>([
  "typing.changed",
  "conversation.typing",
  "presence.changed",
  "nearby.changed",
  "message.acked",
  "command.done",
]);

export type ServerFrame =
  | { type: "welcome"; epoch: string; seq: number; idleMs: number | null }
  | { type: "head"; epoch: string; seq: number }
  | { type: "gap"; epoch: string; after: number; seq: number; events: RoomEvent[] }
  | { type: "resync"; epoch: string; seq: number }
  | { type: "error"; code: string; message: string; ref: string | null }
  | { type: "signal"; signal: Signal }
  | { type: "event"; event: RoomEvent };

/** Parses one frame. Null for a frame that this version does not know; it never throws. */
export function parseServerFrame(text: string): ServerFrame | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(raw) || typeof raw.type !== "string") return null;
  switch (raw.type) {
    case "room.welcome": {
      const position = readPosition(raw);
      const idleMs = typeof raw.idleMs === "number" ? raw.idleMs : null;
      return position && { type: "welcome", ...position, idleMs };
    }
    case "room.head":
    case "room.resync": {
      const position = readPosition(raw);
      if (!position) return null;
      return { type: raw.type === "room.head" ? "head" : "resync", ...position };
    }
    case "room.gap": {
      const position = readPosition(raw);
      if (!position || typeof raw.after !== "number" || !Array.isArray(raw.events)) return null;
      return { type: "gap", ...position, after: raw.after, events: raw.events.filter(isRoomEvent) };
    }
    case "room.error":
      return {
        type: "error",
        code: String(raw.code),
        message: String(raw.message),
        ref: typeof raw.ref === "string" ? raw.ref : null,
      };
    default:
      if (isSignal(raw)) return { type: "signal", signal: raw };
      return isRoomEvent(raw) ? { type: "event", event: raw } : null;
  }
}

/** True for a numbered event. */
export function isRoomEvent(value: unknown): value is RoomEvent {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.type === "string" &&
    Number.isInteger(value.seq) &&
    "data" in value
  );
}

function isSignal(value: unknown): value is Signal {
  return isRecord(value) && SIGNALS.has(String(value.type)) && isRecord(value.data) && !("seq" in value);
}

/** Reads a position from unvalidated JSON. Null when there is none. */
export function readPosition(value: unknown): Position | null {
  if (!isRecord(value) || typeof value.epoch !== "string" || !Number.isInteger(value.seq)) return null;
  return { epoch: value.epoch, seq: Number(value.seq) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
