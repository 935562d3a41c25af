/** The part of a transition about the socket: opening, closing, retrying it, and polling while there is none. */
import { closeCodes, PING } from "../../../party/protocol/wire.ts";
import {
  type Draft,
  INITIAL_STATE,
  setStatus,
  startTimer,
  stopTimers,
  type TimerName,
} from "./connection-state.ts";
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
  draft.effects.push({ type: "openSocket", position: state.position });
}

/** Releases the socket without waiting for its close event. */
export function closeSocket(draft: Draft): void {
  draft.state.socket = "none";
  draft.state.isCheckingSession = false;
  stopTimers(draft, ...SOCKET_TIMERS);
  draft.effects.push({ type: "closeSocket" });
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
  draft.effects.push({ type: "startRetryTimer", attempt: draft.state.attempt });
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
  draft.effects.push({ type: "send", text: PING });
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
  draft.effects.push({ type: "poll", position: draft.state.position });
}

export function applyClose(draft: Draft, code: number): void {
  if (code === closeCodes.forbidden || code === closeCodes.gone) {
    end(draft);
    return;
  }
  if (code !== closeCodes.sessionEnded) {
    failAttempt(draft);
    return;
  }
  closeSocket(draft);
  setStatus(draft, "reconnecting");
  draft.state.isCheckingSession = true;
  draft.effects.push({ type: "checkSession" });
}

export function wake(draft: Draft): void {
  const { state } = draft;
  if (state.status === "idle" || state.status === "ended") return;
  if (state.socket === "open") {
    ping(draft);
    return;
  }
  if (state.socket === "opening" && !state.isSlow) return;
  // A slow attempt may have started on a network that no longer exists.
  if (state.socket === "opening") closeSocket(draft);
  state.attempt = 0;
  if (state.isPolling) {
    stopTimers(draft, "poll");
    poll(draft);
  }
  if (state.status === "offline") setStatus(draft, "reconnecting");
  openSocket(draft);
}

export function loseNetwork(draft: Draft): void {
  if (draft.state.status === "idle" || draft.state.status === "ended") return;
  closeSocket(draft);
  stopPolling(draft);
  setStatus(draft, "offline");
  scheduleRetry(draft);
}

export function applyPollFailure(draft: Draft): void {
  if (!draft.state.isPolling) return;
  setStatus(draft, draft.facts.isOnline ? "reconnecting" : "offline");
  draft.effects.push({ type: "startPollTimer" });
}
