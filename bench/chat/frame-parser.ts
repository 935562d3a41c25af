/** Parses the frames of a conversation's room quickly: a load client reads tens of thousands a second. */
import { conversationEventSchema } from "../../party/protocol/conversation-events.ts";
import { parseFrame } from "../../party/protocol/envelope.ts";
import { signalSchema } from "../../party/protocol/signals.ts";
import type { RecordedMessage } from "../faults/history.ts";

export interface EventFrame {
  seq: number;
  type: string;
  data: RecordedMessage;
}

export interface AckFrame {
  clientId: string;
  seq: number;
  id: string;
}

export type ServerFrame =
  | { type: "room.welcome" | "room.head" | "room.resync"; epoch: string; seq: number }
  | { type: "room.gap"; epoch: string; after: number; seq: number; events: EventFrame[] }
  | { type: "room.error"; code: string; message: string; ref?: string }
  | { type: "message.acked"; data: AckFrame }
  | ({ type: "event" } & { event: EventFrame })
  | { type: "signal" };

/** Parses a frame without validation. */
export function readQuickly(text: string): ServerFrame {
  const frame = JSON.parse(text);
  if (frame.type.startsWith("room.") || frame.type === "message.acked") return frame;
  return frame.seq === undefined ? { type: "signal" } : { type: "event", event: frame };
}

/** Parses a frame and validates it against the protocol. Throws when it does not conform. */
export function readStrictly(text: string): ServerFrame {
  const frame = readQuickly(text);
  if (frame.type === "message.acked" || frame.type === "signal") {
    signalSchema.parse(JSON.parse(text));
  } else {
    if (!parseFrame(text)) throw new Error("the frame does not conform to the protocol");
    const events = frame.type === "event" ? [frame.event] : frame.type === "room.gap" ? frame.events : [];
    for (const event of events) conversationEventSchema.parse({ type: event.type, data: event.data });
  }
  return frame;
}
