/** The mutable transition that `connection-transition.ts` fills in. */
import type { ConnectionStatus } from "./connection.types.ts";
import type { ConnectionEffect, ConnectionFacts, TimerName, Transition } from "./connection-state.ts";
import type { Position } from "./frames.ts";

/** `state` is a copy of the connection's state that may be changed in place. */
export interface Draft extends Transition {
  facts: ConnectionFacts;
}

export function effect(draft: Draft, one: ConnectionEffect): void {
  draft.effects.push(one);
}

export function startTimer(draft: Draft, timer: TimerName, ms: number): void {
  effect(draft, { type: "startTimer", timer, ms });
}

export function stopTimers(draft: Draft, ...timers: TimerName[]): void {
  effect(draft, { type: "stopTimers", timers });
}

/** Sets the position and adds the effect that saves it. */
export function moveTo(draft: Draft, position: Position): void {
  draft.state.position = position;
  effect(draft, { type: "savePosition", position });
}

/** Sets the status and notifies the listener if it changed. */
export function setStatus(draft: Draft, status: ConnectionStatus): void {
  if (status === draft.state.status) return;
  draft.state.status = status;
  effect(draft, { type: "notifyStatus", status });
}
