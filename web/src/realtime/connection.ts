/**
 * One room's connection: executes the effects of `connection-transition.ts` by injected dependencies. It uses no globals,
 * so that a test controls sockets, clock, network and polling.
 */
import { backoffDelayMs } from "./backoff.ts";
import { createCommandPace } from "./command-pace.ts";
import type { Connection, ConnectionDeps, ConnectionListener, RoomSocket } from "./connection.types.ts";
import {
  type ConnectionEffect,
  type ConnectionEvent,
  INITIAL_STATE,
  type TimerName,
} from "./connection-state.ts";
import { transition } from "./connection-transition.ts";
import type { Position } from "./frames.ts";
import { createNamedTimers } from "./named-timers.ts";

/** Creates a connection. It does nothing before `start`. */
export function createConnection(deps: ConnectionDeps, listener: ConnectionListener): Connection {
  let state = INITIAL_STATE;
  let socket: RoomSocket | null = null;
  const timers = createNamedTimers(deps);
  const pace = createCommandPace({
    now: deps.now,
    schedule: (ms, run) => timers.start("pace", ms, run),
    send: (text) => socket?.send(text),
  });
  /** Events dispatched by listeners while effects are executed. They are applied afterwards, in order. */
  const queue: ConnectionEvent[] = [];
  let isExecuting = false;

  function dispatch(event: ConnectionEvent): void {
    queue.push(event);
    if (isExecuting) return;
    isExecuting = true;
    const errors: unknown[] = [];
    for (let next = queue.shift(); next; next = queue.shift()) {
      const facts = { isOnline: deps.isOnline(), readAgoMs: deps.readAgoMs() };
      const result = transition(state, next, facts);
      state = result.state;
      for (const effect of result.effects) {
        try {
          execute(effect);
        } catch (error) {
          // An error in one listener must not prevent the other effects.
          errors.push(error);
        }
      }
    }
    isExecuting = false;
    if (errors.length > 0) throw errors[0];
  }

  function execute(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "openSocket":
        openSocket(effect.position);
        break;
      case "closeSocket":
        closeSocket();
        break;
      case "send":
        socket?.send(effect.text);
        break;
      case "startTimer":
        startTimer(effect.timer, effect.ms);
        break;
      case "startRetryTimer":
        startTimer("retry", backoffDelayMs(effect.attempt, deps.random));
        break;
      case "startPollTimer":
        startTimer("poll", deps.pollEveryMs());
        break;
      case "stopTimers":
        timers.stop(...effect.timers);
        break;
      case "poll":
        deps.poll(effect.position).then(
          (answer) => dispatch({ type: "pollAnswered", answer }),
          () => dispatch({ type: "pollFailed" }),
        );
        return;
      case "checkSession":
        deps.checkSession().then(
          (isValid) => dispatch({ type: "sessionChecked", isValid }),
          // When the check fails, the session counts as valid: the room verifies it at the next attempt.
          () => dispatch({ type: "sessionChecked", isValid: true }),
        );
        return;
      case "savePosition":
        deps.savePosition(effect.position);
        break;
      case "notifyStatus":
        listener.onStatus(effect.status);
        break;
      case "notifyEvent":
        listener.onEvent(effect.event);
        break;
      case "notifySignal":
        listener.onSignal?.(effect.signal);
        break;
      case "notifyResync":
        listener.onResync();
        break;
      case "notifyWelcome":
        listener.onWelcome?.();
        break;
      case "notifyRefused":
        listener.onRefused?.(effect.refusal);
        break;
      default:
        effect satisfies never;
    }
  }

  function startTimer(timer: TimerName, ms: number): void {
    timers.start(timer, ms, () => dispatch({ type: "timerFired", timer }));
  }

  function openSocket(position: Position | null): void {
    const opened: RoomSocket = deps.openSocket(position, {
      // Callbacks of a replaced socket are ignored.
      onFrame: (frame) => {
        if (socket === opened) dispatch({ type: "frameReceived", frame });
      },
      onClose: (code) => {
        if (socket !== opened) return;
        socket = null;
        dispatch({ type: "socketClosed", code });
      },
    });
    socket = opened;
  }

  function closeSocket(): void {
    timers.stop("pace");
    pace.clear();
    const closed = socket;
    socket = null;
    closed?.close();
  }

  return {
    start: () => {
      if (state.status === "idle") dispatch({ type: "started", position: deps.loadPosition() });
    },
    stop: () => dispatch({ type: "stopped" }),
    wake: () => dispatch({ type: "woken" }),
    sleep: () => dispatch({ type: "networkLost" }),
    send: (command) => socket !== null && state.socket === "open" && pace.send(JSON.stringify(command)),
    status: () => state.status,
  };
}
