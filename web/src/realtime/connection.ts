/**
 * One room's connection as a state machine over injected dependencies: no globals, so that a test can play any fault.
 *
 * What it keeps: the position {epoch, seq} of the last event applied. Every event is applied exactly once and in order;
 * a hole is asked for (`resume`), a forgotten past is answered by `resync`, which means "read everything again".
 */
import { backoffDelayMs } from "./backoff.ts";
import type {
  Connection,
  ConnectionDeps,
  ConnectionListener,
  ConnectionStatus,
  RoomSocket,
} from "./connection.types.ts";
import { type Position, parseServerFrame, type RoomEvent, type ServerFrame } from "./frames.ts";
import { createNamedTimers } from "./named-timers.ts";

/** The platform itself answers this text with the room's head number, so a lost last frame shows. */
export const PING = "ping";
/** A ping goes out this often. */
export const HEARTBEAT_MS = 25_000;
/** Silence this long after a ping means that the other side is gone. */
export const PONG_TIMEOUT_MS = 4_000;
/** What committed just before the screen was read may reach the room this much later; a slower one comes live. */
const DELIVERY_MARGIN_MS = 5_000;
/**
 * A socket that has not been welcomed by then counts as failed. Long, because a server to which everybody comes back at once
 * is slow, and trying again would make it slower.
 */
export const WELCOME_TIMEOUT_MS = 30_000;
/** So long into a try polling begins beside it. */
export const POLLING_AFTER_MS = 20_000;
/** A socket that is waited for longer than this is given up for a new one when something wakes the page. */
export const SLOW_AFTER_MS = 8_000;
/** A gap that was asked for and did not come by then is asked for once more, then everything is read again. */
export const GAP_TIMEOUT_MS = 4_000;
/** A connection that lived this long starts the backoff from the beginning. */
export const STABLE_MS = 5_000;
/** After this many failed tries in a row the connection falls back to polling. */
export const FAILURES_BEFORE_POLLING = 3;

export const CLOSE_SESSION_ENDED = 4401;
export const CLOSE_FORBIDDEN = 4403;
export const CLOSE_GONE = 4404;

/** Makes a connection; nothing happens before `start`. */
export function createConnection(deps: ConnectionDeps, listener: ConnectionListener): Connection {
  let status: ConnectionStatus = "idle";
  let position: Position | null = null;
  let socket: RoomSocket | null = null;
  /** Grows with each socket: a late callback of an older one is ignored. */
  let generation = 0;
  let welcomed = false;
  let isSlow = false;
  let failures = 0;
  let attempt = 0;
  let gapAsked = 0;
  let isPolling = false;
  const { arm, disarm, has: isArmed } = createNamedTimers(deps);

  function setStatus(next: ConnectionStatus): void {
    if (next === status) return;
    status = next;
    listener.onStatus(next);
  }

  function moveTo(next: Position): void {
    position = next;
    deps.savePosition(next);
  }

  function connect(): void {
    disarm("retry");
    generation += 1;
    const mine = generation;
    welcomed = false;
    gapAsked = 0;
    isSlow = false;
    if (status === "idle") setStatus("connecting");
    arm("slow", SLOW_AFTER_MS, () => {
      isSlow = true;
    });
    arm("unanswered", POLLING_AFTER_MS, startPolling);
    arm("welcome", WELCOME_TIMEOUT_MS, lose);
    socket = deps.openSocket(position, {
      onMessage: (text) => {
        if (mine === generation) hear(text);
      },
      onClose: (code) => {
        if (mine === generation) closed(code);
      },
    });
  }

  /** Lets go of the socket without waiting for its close event. */
  function drop(): void {
    generation += 1;
    disarm("slow", "unanswered", "welcome", "heartbeat", "pong", "gap", "stable");
    socket?.close();
    socket = null;
    welcomed = false;
  }

  function lose(): void {
    drop();
    failures += 1;
    if (!deps.isOnline()) {
      // Tried all the same: what a browser says about its network is a hint, not a fact.
      stopPolling();
      setStatus("offline");
      retryLater();
      return;
    }
    if (failures >= FAILURES_BEFORE_POLLING) startPolling();
    if (!isPolling) setStatus("reconnecting");
    retryLater();
  }

  function retryLater(): void {
    arm("retry", backoffDelayMs(attempt, deps.random), connect);
    attempt += 1;
  }

  function closed(code: number): void {
    socket = null;
    if (code === CLOSE_FORBIDDEN || code === CLOSE_GONE) {
      end();
    } else if (code === CLOSE_SESSION_ENDED) {
      drop();
      setStatus("reconnecting");
      const mine = generation;
      deps.checkSession().then(
        (isGood) => {
          if (mine !== generation || status === "idle") return;
          if (isGood) lose();
          else end();
        },
        () => {
          if (mine === generation && status !== "idle") lose();
        },
      );
    } else {
      lose();
    }
  }

  function end(): void {
    drop();
    stopPolling();
    disarm("retry");
    setStatus("ended");
  }

  function hear(text: string): void {
    disarm("pong");
    const frame = parseServerFrame(text);
    if (frame) handle(frame);
  }

  function handle(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        welcome(frame);
        break;
      case "head":
        if (position && (frame.epoch !== position.epoch || frame.seq > position.seq)) askForGap();
        break;
      case "gap":
        applyGap(frame);
        break;
      case "resync":
        resync(frame);
        break;
      case "event":
        live(frame.event);
        break;
      case "signal":
        listener.onSignal?.(frame.signal);
        break;
      case "error":
        if (frame.ref !== null)
          listener.onRefused?.({ ref: frame.ref, code: frame.code, message: frame.message });
        break;
      default:
        frame satisfies never;
    }
  }

  function welcome(frame: { epoch: string; seq: number; idleMs: number | null }): void {
    welcomed = true;
    failures = 0;
    disarm("slow", "unanswered", "welcome");
    stopPolling();
    arm("stable", STABLE_MS, () => {
      attempt = 0;
    });
    arm("heartbeat", HEARTBEAT_MS, beat);
    if (!position) {
      // What is on the screen was read before the room began to count for us: unless nothing has happened since, read
      // it once more.
      moveTo({ epoch: frame.epoch, seq: frame.seq });
      if (frame.idleMs === null || frame.idleMs < deps.readAgoMs() + DELIVERY_MARGIN_MS) listener.onResync();
    } else if (frame.epoch !== position.epoch || frame.seq !== position.seq) {
      // The gap, or a resync, follows by itself because the position went along with the opening.
      gapAsked = 1;
      arm("gap", GAP_TIMEOUT_MS, askForGap);
    }
    setStatus("live");
    listener.onWelcome?.();
  }

  /** Asks for what is missing; when asking does not help, everything is read again from a fresh position. */
  function askForGap(): void {
    if (!socket || !position) return;
    if (gapAsked >= 2) {
      position = null;
      deps.savePosition(null);
      lose();
      return;
    }
    gapAsked += 1;
    socket.send(JSON.stringify({ type: "resume", epoch: position.epoch, seq: position.seq }));
    arm("gap", GAP_TIMEOUT_MS, askForGap);
  }

  function applyGap(gap: { epoch: string; after: number; seq: number; events: RoomEvent[] }): void {
    if (!position || gap.epoch !== position.epoch || gap.after > position.seq) {
      askForGap();
      return;
    }
    disarm("gap");
    gapAsked = 0;
    const from = position.seq;
    for (const event of gap.events) if (event.seq > from) listener.onEvent(event);
    if (gap.seq > position.seq) moveTo({ epoch: gap.epoch, seq: gap.seq });
  }

  function resync(frame: { epoch: string; seq: number }): void {
    disarm("gap");
    gapAsked = 0;
    moveTo({ epoch: frame.epoch, seq: frame.seq });
    listener.onResync();
  }

  function live(event: RoomEvent): void {
    if (!position || event.seq <= position.seq) return;
    if (event.seq === position.seq + 1) {
      moveTo({ epoch: position.epoch, seq: event.seq });
      listener.onEvent(event);
    } else if (!isArmed("gap")) {
      askForGap();
    }
  }

  function beat(): void {
    if (!socket || !welcomed) return;
    arm("heartbeat", HEARTBEAT_MS, beat);
    ping();
  }

  function ping(): void {
    socket?.send(PING);
    arm("pong", PONG_TIMEOUT_MS, lose);
  }

  function startPolling(): void {
    if (isPolling) return;
    isPolling = true;
    setStatus("reconnecting");
    void look();
  }

  function stopPolling(): void {
    isPolling = false;
    disarm("poll");
  }

  async function look(): Promise<void> {
    try {
      const answer = await deps.poll(position);
      if (!isPolling) return;
      if (answer) {
        if ("resync" in answer || !position || answer.epoch !== position.epoch) resync(answer);
        else applyGap({ ...answer, after: position.seq });
      }
      // The server answers again: a socket may work too, and need not wait for its turn.
      const isNews = status !== "polling";
      setStatus("polling");
      if (isNews && !socket) {
        attempt = 0;
        connect();
      }
    } catch {
      if (!isPolling) return;
      setStatus(deps.isOnline() ? "reconnecting" : "offline");
    }
    if (isPolling) arm("poll", deps.pollEveryMs(), () => void look());
  }

  return {
    start() {
      if (status !== "idle") return;
      position = deps.loadPosition();
      connect();
    },
    stop() {
      drop();
      stopPolling();
      disarm("retry");
      failures = 0;
      attempt = 0;
      setStatus("idle");
    },
    wake() {
      if (status === "idle" || status === "ended") return;
      if (socket && welcomed) return ping();
      if (socket && !isSlow) return;
      // Perhaps it was opened on a network that is gone.
      if (socket) drop();
      attempt = 0;
      if (isPolling) {
        disarm("poll");
        void look();
      }
      if (status === "offline") setStatus("reconnecting");
      connect();
    },
    sleep() {
      if (status === "idle" || status === "ended") return;
      drop();
      stopPolling();
      setStatus("offline");
      retryLater();
    },
    send(command) {
      if (!socket || !welcomed) return false;
      socket.send(JSON.stringify(command));
      return true;
    },
    status: () => status,
  };
}
