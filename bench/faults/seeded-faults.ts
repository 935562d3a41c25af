/**
 * The five planted faults of R, between the clients and a right Worker: what a dishonest room would say. Before any pass
 * counts, the whole rig must fail on each.
 */
import { randomUUID } from "node:crypto";
import type { EventFrame } from "../chat/frame-parser.ts";
import type { FaultName } from "./checker.ts";
import type { Meddled, Meddler } from "./frame-relay.ts";

export const seededFaults = [
  "early-ack",
  "drop",
  "duplicate",
  "retry-twice",
  "swap",
  "partial-resume",
] as const;
export type SeededFault = (typeof seededFaults)[number];

/** How the checker must name each. */
export const expectedFindings: Record<SeededFault, FaultName> = {
  "early-ack": "lost",
  drop: "silentGaps",
  duplicate: "doubled",
  "retry-twice": "phantoms",
  swap: "inversions",
  "partial-resume": "silentGaps",
};

const EVERY = 10;

/** A new meddler that seededFaults this fault into about a tenth of what passes. */
export function planted(seededFault: SeededFault): Meddler {
  let passed = 0;
  const isTurn = () => {
    passed += 1;
    return passed % EVERY === 0;
  };
  switch (seededFault) {
    case "early-ack":
      // Acknowledged before it is written down, and then it is not.
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
      // What a room does that does not know a retry from a new message.
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

/** Loses events for one reader each, live and in every later gap, so that asking again does not help. */
function dropping(isTurn: () => boolean): Meddler {
  const lost = new Set<string>();
  const nameOf = (event: EventFrame & { id: string }, { account }: Meddled) => `${account} ${event.id}`;
  return {
    down(frame, connection) {
      const said = parse(frame);
      if (isMessage(said) && isTurn()) lost.add(nameOf(said, connection));
      if (said.type === "room.gap") {
        const events = said.events.filter((event: never) => !lost.has(nameOf(event, connection)));
        return [JSON.stringify({ ...said, events })];
      }
      return isMessage(said) && lost.has(nameOf(said, connection)) ? [] : [frame];
    },
  };
}

/** Lets two messages change places under numbers that stay in order, so that nothing looks wrong. */
function swapping(isTurn: () => boolean): Meddler {
  const held = new Map<Meddled, EventFrame>();
  return {
    down(frame, connection) {
      const said = parse(frame);
      const first = held.get(connection);
      if (!isMessage(said)) return [frame];
      if (first) {
        held.delete(connection);
        return [JSON.stringify({ ...first, data: said.data }), JSON.stringify({ ...said, data: first.data })];
      }
      if (!isTurn()) return [frame];
      held.set(connection, said);
      return [];
    },
  };
}

const parse = (frame: string) => JSON.parse(frame);
const isMessage = (said: { type: string }): boolean => said.type === "message.created";
