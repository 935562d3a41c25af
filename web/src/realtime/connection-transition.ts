/**
 * The rules of a connection to a room, as a pure function.
 *
 * Guarantee: every event of the room's log is applied exactly once and in order. The state holds the position
 * {epoch, seq} of the last applied event; missing events are requested (`resume`), and when the room can no longer
 * deliver them (`resync`), the listener reads everything again.
 */
import type { PollAnswer } from "./connection.types.ts";
import {
  applyClose,
  applyPollFailure,
  end,
  failAttempt,
  loseNetwork,
  openSocket,
  ping,
  poll,
  startPolling,
  stop,
  stopPolling,
  wake,
} from "./connection-socket.ts";
import {
  type ConnectionEvent,
  type ConnectionFacts,
  type ConnectionState,
  type Draft,
  moveTo,
  setStatus,
  startTimer,
  stopTimers,
  type TimerName,
  type Transition,
} from "./connection-state.ts";
import type { Position, RoomEvent, ServerFrame } from "./frames.ts";
import { DELIVERY_MARGIN_MS, GAP_MAX_REQUESTS, GAP_TIMEOUT_MS, HEARTBEAT_MS, STABLE_MS } from "./limits.ts";

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
      draft.effects.push({ type: "notifySignal", signal: frame.signal });
      break;
    case "error": {
      const { ref, code, message } = frame;
      if (ref !== null) draft.effects.push({ type: "notifyRefused", refusal: { ref, code, message } });
      return;
    }
    default:
      frame satisfies never;
  }
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
  draft.effects.push({ type: "startPollTimer" });
}

function welcome(draft: Draft, frame: { epoch: string; seq: number; idleMs: number | null }): void {
  const { state, facts } = draft;
  const { position } = state;
  state.socket = "open";
  state.failures = 0;
  stopTimers(draft, "slow", "unanswered", "welcome");
  stopPolling(draft);
  startTimer(draft, "stable", STABLE_MS);
  startTimer(draft, "heartbeat", HEARTBEAT_MS);
  if (!position) {
    // The data was fetched before this position was known. If the room has logged an event since, fetch
    // again.
    moveTo(draft, { epoch: frame.epoch, seq: frame.seq });
    if (frame.idleMs === null || frame.idleMs < facts.readAgoMs + DELIVERY_MARGIN_MS) {
      draft.effects.push({ type: "notifyResync" });
    }
  } else if (frame.epoch !== position.epoch || frame.seq !== position.seq) {
    // The socket was opened with the position, so the room sends the missing events or a resync without a
    // request.
    state.gapRequests = 1;
    startTimer(draft, "gap", GAP_TIMEOUT_MS);
  }
  setStatus(draft, "live");
  draft.effects.push({ type: "notifyWelcome" });
}

/**
 * Requests the missing events. After too many requests, drops the position, so that all data is fetched
 * again.
 */
function requestGap(draft: Draft): void {
  const { state } = draft;
  const { position } = state;
  if (state.socket === "none" || !position) return;
  if (state.gapRequests >= GAP_MAX_REQUESTS) {
    state.position = null;
    draft.effects.push({ type: "savePosition", position: null });
    failAttempt(draft);
    return;
  }
  state.gapRequests += 1;
  draft.effects.push({ type: "send", text: JSON.stringify({ type: "resume", ...position }) });
  startTimer(draft, "gap", GAP_TIMEOUT_MS);
}

function applyGap(
  draft: Draft,
  gap: { epoch: string; after: number; seq: number; events: readonly RoomEvent[] },
): void {
  const { state } = draft;
  const { position } = state;
  if (!position || gap.epoch !== position.epoch || gap.after > position.seq) {
    requestGap(draft);
    return;
  }
  stopTimers(draft, "gap");
  state.gapRequests = 0;
  for (const event of gap.events) {
    if (event.seq > position.seq) draft.effects.push({ type: "notifyEvent", event });
  }
  if (gap.seq > position.seq) moveTo(draft, { epoch: gap.epoch, seq: gap.seq });
}

function resync(draft: Draft, { epoch, seq }: Position): void {
  stopTimers(draft, "gap");
  draft.state.gapRequests = 0;
  moveTo(draft, { epoch, seq });
  draft.effects.push({ type: "notifyResync" });
}

function applyRoomEvent(draft: Draft, event: RoomEvent): void {
  const { position, gapRequests } = draft.state;
  if (!position || event.seq <= position.seq) return;
  if (event.seq === position.seq + 1) {
    moveTo(draft, { epoch: position.epoch, seq: event.seq });
    draft.effects.push({ type: "notifyEvent", event });
  } else if (gapRequests === 0) {
    requestGap(draft);
  }
}
