/** A connection's position in the room's event log: every event is applied exactly once and in order. */
import { type Draft, effect, moveTo, setStatus, startTimer, stopTimers } from "./connection-draft.ts";
import { failAttempt, stopPolling } from "./connection-socket.ts";
import type { Position, RoomEvent } from "./frames.ts";
import { DELIVERY_MARGIN_MS, GAP_MAX_REQUESTS, GAP_TIMEOUT_MS, HEARTBEAT_MS, STABLE_MS } from "./limits.ts";

export function welcome(draft: Draft, frame: { epoch: string; seq: number; idleMs: number | null }): void {
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
      effect(draft, { type: "notifyResync" });
    }
  } else if (frame.epoch !== position.epoch || frame.seq !== position.seq) {
    // The socket was opened with the position, so the room sends the missing events or a resync without a
    // request.
    state.gapRequests = 1;
    startTimer(draft, "gap", GAP_TIMEOUT_MS);
  }
  setStatus(draft, "live");
  effect(draft, { type: "notifyWelcome" });
}

/**
 * Requests the missing events. After too many requests, drops the position, so that all data is fetched
 * again.
 */
export function requestGap(draft: Draft): void {
  const { state } = draft;
  const { position } = state;
  if (state.socket === "none" || !position) return;
  if (state.gapRequests >= GAP_MAX_REQUESTS) {
    state.position = null;
    effect(draft, { type: "savePosition", position: null });
    failAttempt(draft);
    return;
  }
  state.gapRequests += 1;
  effect(draft, { type: "send", text: JSON.stringify({ type: "resume", ...position }) });
  startTimer(draft, "gap", GAP_TIMEOUT_MS);
}

export function applyGap(
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
    if (event.seq > position.seq) effect(draft, { type: "notifyEvent", event });
  }
  if (gap.seq > position.seq) moveTo(draft, { epoch: gap.epoch, seq: gap.seq });
}

export function resync(draft: Draft, { epoch, seq }: Position): void {
  stopTimers(draft, "gap");
  draft.state.gapRequests = 0;
  moveTo(draft, { epoch, seq });
  effect(draft, { type: "notifyResync" });
}

export function applyRoomEvent(draft: Draft, event: RoomEvent): void {
  const { position, gapRequests } = draft.state;
  if (!position || event.seq <= position.seq) return;
  if (event.seq === position.seq + 1) {
    moveTo(draft, { epoch: position.epoch, seq: event.seq });
    effect(draft, { type: "notifyEvent", event });
  } else if (gapRequests === 0) {
    requestGap(draft);
  }
}
