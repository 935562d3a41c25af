/** Opening, closing and retrying a connection's socket, and polling while there is none. */
import { PING } from "../../../party/protocol/wire.ts";
import { type Draft, effect, setStatus, startTimer, stopTimers } from "./connection-draft.ts";
import { INITIAL_STATE, type TimerName } from "./connection-state.ts";
import {
  FAILURES_BEFORE_POLLING,
  POLLING_AFTER_MS,
  PONG_TIMEOUT_MS,
  SLOW_AFTER_MS,
  WELCOME_TIMEOUT_MS,
} from "./limits.ts";

/** The timers that belong to one socket. */
const SOCKET_TIMERS: readonly TimerName[] = [
  "slow",
  "unanswered",
  "welcome",
  "heartbeat",
  "pong",
  "gap",
  "stable",
];

export function openSocket(draft: Draft): void {
  const { state } = draft;
  stopTimers(draft, "retry");
  if (state.status === "idle") setStatus(draft, "connecting");
  state.socket = "opening";
  state.isSlow = false;
  state.isCheckingSession = false;
  state.gapRequests = 0;
  startTimer(draft, "slow", SLOW_AFTER_MS);
  startTimer(draft, "unanswered", POLLING_AFTER_MS);
  startTimer(draft, "welcome", WELCOME_TIMEOUT_MS);
  effect(draft, { type: "openSocket", position: state.position });
}

/** Releases the socket without waiting for its close event. */
export function closeSocket(draft: Draft): void {
  draft.state.socket = "none";
  draft.state.isCheckingSession = false;
  stopTimers(draft, ...SOCKET_TIMERS);
  effect(draft, { type: "closeSocket" });
}

export function failAttempt(draft: Draft): void {
  const { state, facts } = draft;
  closeSocket(draft);
  state.failures += 1;
  if (!facts.isOnline) {
    // A retry is scheduled anyway, because the browser's network state may be wrong.
    stopPolling(draft);
    setStatus(draft, "offline");
  } else {
    if (state.failures >= FAILURES_BEFORE_POLLING) startPolling(draft);
    if (!state.isPolling) setStatus(draft, "reconnecting");
  }
  scheduleRetry(draft);
}

export function scheduleRetry(draft: Draft): void {
  effect(draft, { type: "startRetryTimer", attempt: draft.state.attempt });
  draft.state.attempt += 1;
}

export function end(draft: Draft): void {
  closeSocket(draft);
  stopPolling(draft);
  stopTimers(draft, "retry");
  setStatus(draft, "ended");
}

export function stop(draft: Draft): void {
  closeSocket(draft);
  stopPolling(draft);
  stopTimers(draft, "retry");
  setStatus(draft, "idle");
  draft.state = { ...INITIAL_STATE };
}

export function ping(draft: Draft): void {
  effect(draft, { type: "send", text: PING });
  startTimer(draft, "pong", PONG_TIMEOUT_MS);
}

export function startPolling(draft: Draft): void {
  if (draft.state.isPolling) return;
  draft.state.isPolling = true;
  setStatus(draft, "reconnecting");
  poll(draft);
}

export function stopPolling(draft: Draft): void {
  draft.state.isPolling = false;
  stopTimers(draft, "poll");
}

export function poll(draft: Draft): void {
  effect(draft, { type: "poll", position: draft.state.position });
}
