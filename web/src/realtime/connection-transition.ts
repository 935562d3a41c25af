/**
 * The rules of a connection to a room, as a pure function.
 *
 * Guarantee: every event of the room's log is applied exactly once and in order. The state holds the position
 * {epoch, seq} of the last applied event; missing events are requested (`resume`), and when the room can no longer
 * deliver them (`resync`), the listener reads everything again.
 */
import { closeCodes } from "../../../party/protocol/wire.ts";
import type { PollAnswer } from "./connection.types.ts";
import { type Draft, effect, setStatus, startTimer, stopTimers } from "./connection-draft.ts";
import { applyGap, applyRoomEvent, requestGap, resync, welcome } from "./connection-log.ts";
import {
  closeSocket,
  end,
  failAttempt,
  openSocket,
  ping,
  poll,
  scheduleRetry,
  startPolling,
  stop,
  stopPolling,
} from "./connection-socket.ts";
import type {
  ConnectionEvent,
  ConnectionFacts,
  ConnectionState,
  TimerName,
  Transition,
} from "./connection-state.ts";
import type { ServerFrame } from "./frames.ts";
import { HEARTBEAT_MS } from "./limits.ts";

/** Returns the next state and the effects to execute, in order. Pure. */
export function transition(
  state: ConnectionState,
  event: ConnectionEvent,
  facts: ConnectionFacts,
): Transition {
  const draft: Draft = { state: { ...state }, effects: [], facts };
  applyConnectionEvent(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function applyConnectionEvent(draft: Draft, event: ConnectionEvent): void {
  const { state } = draft;
  switch (event.type) {
    case "started":
      if (state.status !== "idle") return;
      state.position = event.position;
      openSocket(draft);
      break;
    case "stopped":
      stop(draft);
      break;
    case "woken":
      wake(draft);
      break;
    case "networkLost":
      loseNetwork(draft);
      break;
    case "frameReceived":
      stopTimers(draft, "pong");
      if (event.frame) applyFrame(draft, event.frame);
      break;
    case "socketClosed":
      applyClose(draft, event.code);
      break;
    case "timerFired":
      applyTimer(draft, event.timer);
      break;
    case "pollAnswered":
      applyPollAnswer(draft, event.answer);
      break;
    case "pollFailed":
      applyPollFailure(draft);
      break;
    case "sessionChecked":
      if (!state.isCheckingSession) return;
      if (event.isValid) failAttempt(draft);
      else end(draft);
      break;
    default:
      event satisfies never;
  }
}

function applyTimer(draft: Draft, timer: TimerName): void {
  switch (timer) {
    case "retry":
      openSocket(draft);
      break;
    case "slow":
      draft.state.isSlow = true;
      return;
    case "unanswered":
      startPolling(draft);
      break;
    case "welcome":
    case "pong":
      failAttempt(draft);
      break;
    case "heartbeat":
      if (draft.state.socket !== "open") return;
      startTimer(draft, "heartbeat", HEARTBEAT_MS);
      ping(draft);
      break;
    case "gap":
      requestGap(draft);
      break;
    case "stable":
      draft.state.attempt = 0;
      return;
    case "poll":
      poll(draft);
      break;
    default:
      timer satisfies never;
  }
}

function applyFrame(draft: Draft, frame: ServerFrame): void {
  const { position } = draft.state;
  switch (frame.type) {
    case "welcome":
      welcome(draft, frame);
      break;
    case "head":
      if (position && (frame.epoch !== position.epoch || frame.seq > position.seq)) requestGap(draft);
      return;
    case "gap":
      applyGap(draft, frame);
      break;
    case "resync":
      resync(draft, frame);
      break;
    case "event":
      applyRoomEvent(draft, frame.event);
      break;
    case "signal":
      effect(draft, { type: "notifySignal", signal: frame.signal });
      break;
    case "error": {
      const { ref, code, message } = frame;
      if (ref !== null) effect(draft, { type: "notifyRefused", refusal: { ref, code, message } });
      return;
    }
    default:
      frame satisfies never;
  }
}

function applyClose(draft: Draft, code: number): void {
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
  effect(draft, { type: "checkSession" });
}

function wake(draft: Draft): void {
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

function loseNetwork(draft: Draft): void {
  if (draft.state.status === "idle" || draft.state.status === "ended") return;
  closeSocket(draft);
  stopPolling(draft);
  setStatus(draft, "offline");
  scheduleRetry(draft);
}

function applyPollAnswer(draft: Draft, answer: PollAnswer | null): void {
  const { state } = draft;
  if (!state.isPolling) return;
  if (answer) {
    const { position } = state;
    if ("resync" in answer || !position || answer.epoch !== position.epoch) resync(draft, answer);
    else applyGap(draft, { ...answer, after: position.seq });
  }
  const isFirstAnswer = state.status !== "polling";
  setStatus(draft, "polling");
  // The server responds again, so a socket may work too: the next attempt does not wait for the backoff.
  if (isFirstAnswer && state.socket === "none") {
    state.attempt = 0;
    openSocket(draft);
  }
  effect(draft, { type: "startPollTimer" });
}

function applyPollFailure(draft: Draft): void {
  if (!draft.state.isPolling) return;
  setStatus(draft, draft.facts.isOnline ? "reconnecting" : "offline");
  effect(draft, { type: "startPollTimer" });
}
