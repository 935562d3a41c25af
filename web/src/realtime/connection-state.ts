/** The state of a connection, the events that change it, and the effects of a change. */
import type { ConnectionStatus, PollAnswer, Refusal } from "./connection.types.ts";
import type { Position, RoomEvent, ServerFrame, Signal } from "./frames.ts";

export interface ConnectionState {
  status: ConnectionStatus;
  /** The position of the last applied event; null when none is known. */
  position: Position | null;
  /** `opening` until the room's welcome frame, `open` after it. */
  socket: "none" | "opening" | "open";
  /** The attempt takes long, so that the next `woken` event replaces it by a new one. */
  isSlow: boolean;
  /**
   * The room closed the socket because the session ended; a request to the API that verifies it is in
   * flight.
   */
  isCheckingSession: boolean;
  isPolling: boolean;
  /** Failed attempts since the last welcome frame. */
  failures: number;
  /** The exponent of the next backoff delay. */
  attempt: number;
  /** Unanswered requests for missing events. A timer runs while this is above zero. */
  gapRequests: number;
}

export const INITIAL_STATE: ConnectionState = {
  status: "idle",
  position: null,
  socket: "none",
  isSlow: false,
  isCheckingSession: false,
  isPolling: false,
  failures: 0,
  attempt: 0,
  gapRequests: 0,
};

export type TimerName =
  | "retry"
  | "slow"
  | "unanswered"
  | "welcome"
  | "heartbeat"
  | "pong"
  | "gap"
  | "stable"
  | "poll";

export type ConnectionEvent =
  /** `position` is the saved one; null for none. */
  | { type: "started"; position: Position | null }
  | { type: "stopped" }
  /** The network is back or the page became visible. */
  | { type: "woken" }
  /** The browser reports that the network is gone. */
  | { type: "networkLost" }
  /** Null for a frame type that this version does not know. It still proves that the socket works. */
  | { type: "frameReceived"; frame: ServerFrame | null }
  /** Closed by the server or the network. Not dispatched for a socket that `closeSocket` closed. */
  | { type: "socketClosed"; code: number }
  | { type: "timerFired"; timer: TimerName }
  /** Null: the poll itself refreshed the data. */
  | { type: "pollAnswered"; answer: PollAnswer | null }
  | { type: "pollFailed" }
  | { type: "sessionChecked"; isValid: boolean };

export type ConnectionEffect =
  | { type: "openSocket"; position: Position | null }
  | { type: "closeSocket" }
  | { type: "send"; text: string }
  /** Starting a running timer restarts it. */
  | { type: "startTimer"; timer: TimerName; ms: number }
  /** Starts `retry` after a random backoff delay. */
  | { type: "startRetryTimer"; attempt: number }
  /** Starts `poll` after the polling interval. */
  | { type: "startPollTimer" }
  | { type: "stopTimers"; timers: readonly TimerName[] }
  | { type: "poll"; position: Position | null }
  | { type: "checkSession" }
  | { type: "savePosition"; position: Position | null }
  | { type: "notifyStatus"; status: ConnectionStatus }
  | { type: "notifyEvent"; event: RoomEvent }
  | { type: "notifySignal"; signal: Signal }
  | { type: "notifyResync" }
  | { type: "notifyWelcome" }
  | { type: "notifyRefused"; refusal: Refusal };

/** Facts about the environment that a transition needs. */
export interface ConnectionFacts {
  isOnline: boolean;
  /** The maximal age of the data on the screen, in milliseconds. */
  readAgoMs: number;
}

export interface Transition {
  state: ConnectionState;
  effects: ConnectionEffect[];
}

/** `state` is a copy of the connection's state that may be changed in place. */
export interface Draft extends Transition {
  facts: ConnectionFacts;
}

export function startTimer(draft: Draft, timer: TimerName, ms: number): void {
  draft.effects.push({ type: "startTimer", timer, ms });
}

export function stopTimers(draft: Draft, ...timers: TimerName[]): void {
  draft.effects.push({ type: "stopTimers", timers });
}

/** Sets the position and adds the effect that saves it. */
export function moveTo(draft: Draft, position: Position): void {
  draft.state.position = position;
  draft.effects.push({ type: "savePosition", position });
}

/** Sets the status and notifies the listener if it changed. */
export function setStatus(draft: Draft, status: ConnectionStatus): void {
  if (status === draft.state.status) return;
  draft.state.status = status;
  draft.effects.push({ type: "notifyStatus", status });
}
