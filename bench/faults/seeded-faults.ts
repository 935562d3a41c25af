/**
 * The seeded faults of R: a relay between the clients and a correct Worker changes frames as a faulty room
 * would. Before any scenario counts, the checker must fail on each of them.
 */
import { randomUUID } from "node:crypto";
import type { EventFrame } from "../chat/frame-parser.ts";
import type { FaultName } from "./checker.ts";
import type { FrameConnection, FrameHandler } from "./frame-relay.ts";

export const seededFaults = [
  "early-ack",
  "drop",
  "duplicate",
  "retry-twice",
  "swap",
  "partial-resume",
] as const;
export type SeededFault = (typeof seededFaults)[number];

/** The faults that the checker must report for each. */
export const expectedFindings: Record<SeededFault, FaultName> = {
  "early-ack": "lost",
  drop: "silentGaps",
  duplicate: "doubled",
  "retry-twice": "phantoms",
  swap: "inversions",
  "partial-resume": "silentGaps",
};

const EVERY = 10;

/** Creates a relay handler that puts this fault into about a tenth of the frames. */
export function injectFault(seededFault: SeededFault): FrameHandler {
  let passed = 0;
  const isTurn = () => {
    passed += 1;
    return passed % EVERY === 0;
  };
  switch (seededFault) {
    case "early-ack":
      // Acknowledged before it is stored, and then not stored.
      return {
        up(frame, connection) {
          const command = JSON.parse(frame === "ping" ? "{}" : frame);
          if (command.type !== "message.send" || !isTurn()) return [frame];
          const data = {
            clientId: command.clientId,
            seq: 1_000_000 + passed,
            id: randomUUID(),
            at: new Date().toISOString(),
          };
          connection.toClient(JSON.stringify({ v: 1, type: "message.acked", at: data.at, data }));
          return [];
        },
      };
    case "drop":
      return dropping(isTurn);
    case "duplicate":
      return { down: (frame) => (isMessage(parse(frame)) && isTurn() ? [frame, frame] : [frame]) };
    case "retry-twice":
      // A room that stores a retry as a new message.
      return {
        up(frame) {
          const command = JSON.parse(frame === "ping" ? "{}" : frame);
          if (command.type !== "message.send" || !isTurn()) return [frame];
          return [frame, JSON.stringify({ ...command, clientId: randomUUID() })];
        },
      };
    case "swap":
      return swapping(isTurn);
    case "partial-resume":
      return {
        down(frame) {
          const gap = parse(frame);
          if (gap.type !== "room.gap" || gap.events.length < 2) return [frame];
          return [JSON.stringify({ ...gap, events: gap.events.slice(0, Math.ceil(gap.events.length / 2)) })];
        },
      };
  }
}

/** Drops events for one reader each, live and in every later gap, so that asking again does not help. */
function dropping(isTurn: () => boolean): FrameHandler {
  const lost = new Set<string>();
  const nameOf = (event: EventFrame & { id: string }, { account }: FrameConnection) =>
    `${account} ${event.id}`;
  return {
    down(frame, connection) {
      const event = parse(frame);
      if (isMessage(event) && isTurn()) lost.add(nameOf(event, connection));
      if (event.type === "room.gap") {
        const events = event.events.filter((event: never) => !lost.has(nameOf(event, connection)));
        return [JSON.stringify({ ...event, events })];
      }
      return isMessage(event) && lost.has(nameOf(event, connection)) ? [] : [frame];
    },
  };
}

/** Swaps two messages under sequence numbers that stay in order, so that the numbers look right. */
function swapping(isTurn: () => boolean): FrameHandler {
  const held = new Map<FrameConnection, EventFrame>();
  return {
    down(frame, connection) {
      const event = parse(frame);
      const first = held.get(connection);
      if (!isMessage(event)) return [frame];
      if (first) {
        held.delete(connection);
        return [
          JSON.stringify({ ...first, data: event.data }),
          JSON.stringify({ ...event, data: first.data }),
        ];
      }
      if (!isTurn()) return [frame];
      held.set(connection, event);
      return [];
    },
  };
}

const parse = (frame: string) => JSON.parse(frame);
const isMessage = (event: { type: string }): boolean => event.type === "message.created";
