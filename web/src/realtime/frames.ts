/**
 * What a room sends (`party/protocol/envelope.ts`), read with the least that is needed to trust it. The sender is our own
 * origin, which parsed everything at its door: a structural look is enough here and keeps a schema library out of the page.
 */
import type { Envelope } from "../../../party/protocol/envelope.ts";
import type { Signal as SignalFrame } from "../../../party/protocol/signals.ts";

/** The place in a room's numbered log up to which everything was applied. */
export interface Position {
  epoch: string;
  seq: number;
}

/** One numbered event of a room; `type` says what `data` is. */
export type RoomEvent = Omit<Envelope, "v">;

type Bare<S> = S extends unknown ? Omit<S, "v"> : never;
/** A frame without a number: true now, never replayed. */
export type Signal = Bare<SignalFrame>;

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

/** Reads one frame; null for what this version does not know, which is skipped, never a crash. */
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

/** True for a numbered event; what its `data` holds follows from its type. */
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

/** Reads a position out of untrusted JSON. */
export function readPosition(value: unknown): Position | null {
  if (!isRecord(value) || typeof value.epoch !== "string" || !Number.isInteger(value.seq)) return null;
  return { epoch: value.epoch, seq: Number(value.seq) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
