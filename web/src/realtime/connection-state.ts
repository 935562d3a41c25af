/** The state of a connection, the events that change it, and the effects that a change asks for. */
import type { ConnectionStatus, PollAnswer, Refusal } from "./connection.types.ts";
import type { Position, RoomEvent, ServerFrame, Signal } from "./frames.ts";

export interface ConnectionState {
  status: ConnectionStatus;
  /** The last event that was applied. Null: nothing is known of the room's log. */
  position: Position | null;
  /** `opening` until the room's welcome frame, `open` after it. */
  socket: "none" | "opening" | "open";
  /** The attempt has taken so long that a wake-up replaces it. */
  isSlow: boolean;
  /** The room closed the socket because the session ended, and the API was asked whether that is so. */
  isCheckingSession: boolean;
  isPolling: boolean;
  /** Failed attempts since the last welcome frame. */
  failures: number;
  /** The exponent of the next backoff delay. */
  attempt: number;
  /** Requests for the missing events that have not been answered. A timer runs while this is above zero. */
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
  /** `position` is the one that was saved, if any. */
  | { type: "started"; position: Position | null }
  | { type: "stopped" }
  /** The network is back or the page became visible. */
  | { type: "woken" }
  /** The browser reports that the network is gone. */
  | { type: "networkLost" }
  /** Null: a frame that this version does not know. It still proves that the socket works. */
  | { type: "frameReceived"; frame: ServerFrame | null }
  /** By the server or the network. Not sent for a socket that `closeSocket` closed. */
  | { type: "socketClosed"; code: number }
  | { type: "timerFired"; timer: TimerName }
  /** Null: the screen was refreshed by other means. */
  | { type: "pollAnswered"; answer: PollAnswer | null }
  | { type: "pollFailed" }
  | { type: "sessionChecked"; isValid: boolean };

export type ConnectionEffect =
  | { type: "openSocket"; position: Position | null }
  | { type: "closeSocket" }
  | { type: "send"; text: string }
  /** Starting a timer that runs replaces it. */
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

/** What a transition must know of the browser at that moment. */
export interface ConnectionFacts {
  isOnline: boolean;
  /** How long ago, at most, what the screen shows was read, in milliseconds. */
  readAgoMs: number;
}

export interface Transition {
  state: ConnectionState;
  effects: ConnectionEffect[];
}
