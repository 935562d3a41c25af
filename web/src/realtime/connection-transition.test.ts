/** The connection's rules as a table: a state and an event give the next state and the effects. */
import { describe, expect, it } from "vitest";
import { closeCodes, PING } from "../../../party/protocol/wire.ts";
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionFacts,
  type ConnectionState,
  INITIAL_STATE,
} from "./connection-state.ts";
import { transition } from "./connection-transition.ts";
import type { Position, RoomEvent } from "./frames.ts";
import {
  DELIVERY_MARGIN_MS,
  FAILURES_BEFORE_POLLING,
  GAP_MAX_REQUESTS,
  GAP_TIMEOUT_MS,
  HEARTBEAT_MS,
  POLLING_AFTER_MS,
  PONG_TIMEOUT_MS,
  SLOW_AFTER_MS,
  STABLE_MS,
  WELCOME_TIMEOUT_MS,
} from "./limits.ts";

const at = (seq: number, epoch = "a"): Position => ({ epoch, seq });
const numbered = (seq: number): RoomEvent => ({ id: `e${seq}`, seq, type: "t", at: "", data: seq });

const IDLE = INITIAL_STATE;
const CONNECTING: ConnectionState = { ...IDLE, status: "connecting", socket: "opening" };
const LIVE: ConnectionState = { ...IDLE, status: "live", socket: "open", position: at(5) };
const RETRYING: ConnectionState = {
  ...LIVE,
  status: "reconnecting",
  socket: "none",
  failures: 1,
  attempt: 1,
};
const POLLING: ConnectionState = { ...RETRYING, status: "polling", isPolling: true, failures: 3, attempt: 3 };
const OFFLINE: ConnectionState = { ...RETRYING, status: "offline" };
const ENDED: ConnectionState = { ...LIVE, status: "ended", socket: "none" };
const CHECKING: ConnectionState = {
  ...LIVE,
  status: "reconnecting",
  socket: "none",
  isCheckingSession: true,
};

const fired = (timer: Extract<ConnectionEvent, { type: "timerFired" }>["timer"]): ConnectionEvent => ({
  type: "timerFired",
  timer,
});
const closed = (code: number): ConnectionEvent => ({ type: "socketClosed", code });
const received = (frame: Extract<ConnectionEvent, { type: "frameReceived" }>["frame"]): ConnectionEvent => ({
  type: "frameReceived",
  frame,
});
const welcomed = (position: Position, idleMs: number | null = null) =>
  received({ type: "welcome", ...position, idleMs });

const startTimer = (timer: string, ms: number) => ({ type: "startTimer", timer, ms });
const opening = (position: Position | null) => [
  startTimer("slow", SLOW_AFTER_MS),
  startTimer("unanswered", POLLING_AFTER_MS),
  startTimer("welcome", WELCOME_TIMEOUT_MS),
  { type: "openSocket", position },
];
const welcoming = [startTimer("stable", STABLE_MS), startTimer("heartbeat", HEARTBEAT_MS)];
const retry = (attempt: number) => ({ type: "startRetryTimer", attempt });
const status = (next: ConnectionState["status"]) => ({ type: "notifyStatus", status: next });
const save = (position: Position | null) => ({ type: "savePosition", position });
const resume = (position: Position) => [
  { type: "send", text: JSON.stringify({ type: "resume", ...position }) },
  startTimer("gap", GAP_TIMEOUT_MS),
];
const notify = (seq: number) => ({ type: "notifyEvent", event: numbered(seq) });
const poll = (position: Position | null) => ({ type: "poll", position });
const CLOSE = { type: "closeSocket" };
const POLL_AGAIN = { type: "startPollTimer" };
const RESYNC = { type: "notifyResync" };
const WELCOME = { type: "notifyWelcome" };
const DROPPED = { socket: "none" } as const;

interface Row {
  name: string;
  state: ConnectionState;
  event: ConnectionEvent;
  facts?: Partial<ConnectionFacts>;
  /** What changes in the state; nothing when absent. */
  next?: Partial<ConnectionState>;
  /** In order, without `stopTimers`, which the next table covers. */
  effects: object[];
}

const ROWS: Row[] = [
  {
    name: "start opens a socket with the saved position",
    state: IDLE,
    event: { type: "started", position: at(5) },
    next: { status: "connecting", socket: "opening", position: at(5) },
    effects: [status("connecting"), ...opening(at(5))],
  },
  {
    name: "start does nothing while started",
    state: LIVE,
    event: { type: "started", position: null },
    effects: [],
  },
  {
    name: "stop closes the socket and forgets everything",
    state: { ...LIVE, failures: 2, attempt: 4, isPolling: true },
    event: { type: "stopped" },
    next: IDLE,
    effects: [CLOSE, status("idle")],
  },

  {
    name: "welcome at the same position: live, nothing to read",
    state: { ...CONNECTING, position: at(5) },
    event: welcomed(at(5)),
    next: { status: "live", socket: "open" },
    effects: [...welcoming, status("live"), WELCOME],
  },
  {
    name: "welcome further on: the gap follows without a request, within the time-out",
    state: { ...CONNECTING, position: at(5) },
    event: welcomed(at(7)),
    next: { status: "live", socket: "open", gapRequests: 1 },
    effects: [...welcoming, startTimer("gap", GAP_TIMEOUT_MS), status("live"), WELCOME],
  },
  {
    name: "welcome without a position: takes the room's, and reads again",
    state: CONNECTING,
    event: welcomed(at(9)),
    next: { status: "live", socket: "open", position: at(9) },
    effects: [...welcoming, save(at(9)), RESYNC, status("live"), WELCOME],
  },
  {
    name: "welcome without a position to a room that was quiet since the screen was read: reads nothing",
    state: CONNECTING,
    event: welcomed(at(9), 2_000 + DELIVERY_MARGIN_MS),
    facts: { readAgoMs: 2_000 },
    next: { status: "live", socket: "open", position: at(9) },
    effects: [...welcoming, save(at(9)), status("live"), WELCOME],
  },
  {
    name: "welcome ends polling and the count of failures; the backoff is reset later",
    state: { ...POLLING, socket: "opening" },
    event: welcomed(at(5)),
    next: { status: "live", socket: "open", isPolling: false, failures: 0 },
    effects: [...welcoming, status("live"), WELCOME],
  },
  {
    name: "a socket that stayed up resets the backoff",
    state: { ...LIVE, attempt: 4 },
    event: fired("stable"),
    next: { attempt: 0 },
    effects: [],
  },

  {
    name: "the next event is saved, then applied",
    state: LIVE,
    event: received({ type: "event", event: numbered(6) }),
    next: { position: at(6) },
    effects: [save(at(6)), notify(6)],
  },
  {
    name: "an event that was applied is ignored",
    state: LIVE,
    event: received({ type: "event", event: numbered(5) }),
    effects: [],
  },
  {
    name: "an event beyond the next requests the gap",
    state: LIVE,
    event: received({ type: "event", event: numbered(8) }),
    next: { gapRequests: 1 },
    effects: resume(at(5)),
  },
  {
    name: "an event beyond the next requests nothing while a gap is on its way",
    state: { ...LIVE, gapRequests: 1 },
    event: received({ type: "event", event: numbered(9) }),
    effects: [],
  },
  {
    name: "a gap applies the events after the position and moves to its own seq",
    state: { ...LIVE, gapRequests: 1 },
    event: received({
      type: "gap",
      ...at(9),
      after: 4,
      events: [numbered(5), numbered(6), numbered(8)],
    }),
    next: { position: at(9), gapRequests: 0 },
    effects: [notify(6), notify(8), save(at(9))],
  },
  {
    name: "a gap that begins after the position is requested again",
    state: { ...LIVE, gapRequests: 1 },
    event: received({ type: "gap", ...at(9), after: 6, events: [] }),
    next: { gapRequests: 2 },
    effects: resume(at(5)),
  },
  {
    name: "a gap of another epoch is requested again",
    state: LIVE,
    event: received({ type: "gap", ...at(9, "b"), after: 5, events: [] }),
    next: { gapRequests: 1 },
    effects: resume(at(5)),
  },
  {
    name: "a gap that does not come is requested once more",
    state: { ...LIVE, gapRequests: 1 },
    event: fired("gap"),
    next: { gapRequests: 2 },
    effects: resume(at(5)),
  },
  {
    name: "a gap that does not come at all: a new socket without a position",
    state: { ...LIVE, gapRequests: GAP_MAX_REQUESTS },
    event: fired("gap"),
    next: { ...DROPPED, status: "reconnecting", position: null, failures: 1, attempt: 1 },
    effects: [save(null), CLOSE, status("reconnecting"), retry(0)],
  },
  {
    name: "resync takes the room's position and reads again",
    state: { ...LIVE, gapRequests: 2 },
    event: received({ type: "resync", ...at(2, "b") }),
    next: { position: at(2, "b"), gapRequests: 0 },
    effects: [save(at(2, "b")), RESYNC],
  },
  {
    name: "a head at the position changes nothing",
    state: LIVE,
    event: received({ type: "head", ...at(5) }),
    effects: [],
  },
  {
    name: "a head beyond the position requests the gap",
    state: LIVE,
    event: received({ type: "head", ...at(6) }),
    next: { gapRequests: 1 },
    effects: resume(at(5)),
  },
  {
    name: "a head of another epoch requests the gap",
    state: LIVE,
    event: received({ type: "head", ...at(0, "b") }),
    next: { gapRequests: 1 },
    effects: resume(at(5)),
  },
  { name: "an unknown frame changes nothing", state: LIVE, event: received(null), effects: [] },
  {
    name: "an error that names its command is handed on",
    state: LIVE,
    event: received({ type: "error", code: "FORBIDDEN", message: "m", ref: "r" }),
    effects: [{ type: "notifyRefused", refusal: { ref: "r", code: "FORBIDDEN", message: "m" } }],
  },
  {
    name: "an error without a name is not",
    state: LIVE,
    event: received({ type: "error", code: "RATE_LIMITED", message: "m", ref: null }),
    effects: [],
  },

  {
    name: "the heartbeat pings and expects an answer",
    state: LIVE,
    event: fired("heartbeat"),
    effects: [
      startTimer("heartbeat", HEARTBEAT_MS),
      { type: "send", text: PING },
      startTimer("pong", PONG_TIMEOUT_MS),
    ],
  },
  {
    name: "a ping without an answer fails the socket",
    state: LIVE,
    event: fired("pong"),
    next: { ...DROPPED, status: "reconnecting", failures: 1, attempt: 1 },
    effects: [CLOSE, status("reconnecting"), retry(0)],
  },
  {
    name: "a socket without a welcome fails",
    state: CONNECTING,
    event: fired("welcome"),
    next: { ...DROPPED, status: "reconnecting", failures: 1, attempt: 1 },
    effects: [CLOSE, status("reconnecting"), retry(0)],
  },
  {
    name: "an attempt without an answer is polled beside",
    state: { ...CONNECTING, position: at(5) },
    event: fired("unanswered"),
    next: { status: "reconnecting", isPolling: true },
    effects: [status("reconnecting"), poll(at(5))],
  },
  {
    name: "a cut is retried with a longer backoff each time",
    state: { ...LIVE, attempt: 3 },
    event: closed(1006),
    next: { ...DROPPED, status: "reconnecting", failures: 1, attempt: 4 },
    effects: [CLOSE, status("reconnecting"), retry(3)],
  },
  {
    name: "the retry opens a socket with the position",
    state: RETRYING,
    event: fired("retry"),
    next: { socket: "opening" },
    effects: opening(at(5)),
  },
  {
    name: "a cut without a network is offline, stops polling, and is retried all the same",
    state: { ...POLLING, socket: "opening" },
    event: closed(1006),
    facts: { isOnline: false },
    next: { ...DROPPED, status: "offline", isPolling: false, failures: 4, attempt: 4 },
    effects: [CLOSE, status("offline"), retry(3)],
  },
  {
    name: "the third failure starts polling",
    state: { ...RETRYING, socket: "opening", failures: FAILURES_BEFORE_POLLING - 1, attempt: 2 },
    event: closed(1006),
    next: { ...DROPPED, isPolling: true, failures: FAILURES_BEFORE_POLLING, attempt: 3 },
    effects: [CLOSE, poll(at(5)), retry(2)],
  },
  {
    name: "a failure while polling stays polling",
    state: { ...POLLING, socket: "opening" },
    event: closed(1006),
    next: { ...DROPPED, failures: 4, attempt: 4 },
    effects: [CLOSE, retry(3)],
  },
  ...[closeCodes.forbidden, closeCodes.gone].map((code) => ({
    name: `close code ${code} ends the connection`,
    state: LIVE,
    event: closed(code),
    next: { ...DROPPED, status: "ended" as const },
    effects: [CLOSE, status("ended")],
  })),
  {
    name: "a close because the session ended asks the API",
    state: LIVE,
    event: closed(closeCodes.sessionEnded),
    next: { ...DROPPED, status: "reconnecting", isCheckingSession: true },
    effects: [CLOSE, status("reconnecting"), { type: "checkSession" }],
  },
  {
    name: "a valid session is retried",
    state: CHECKING,
    event: { type: "sessionChecked", isValid: true },
    next: { isCheckingSession: false, failures: 1, attempt: 1 },
    effects: [CLOSE, retry(0)],
  },
  {
    name: "an invalid session ends the connection",
    state: CHECKING,
    event: { type: "sessionChecked", isValid: false },
    next: { isCheckingSession: false, status: "ended" },
    effects: [CLOSE, status("ended")],
  },
  {
    name: "a session check that was overtaken by a new socket is ignored",
    state: LIVE,
    event: { type: "sessionChecked", isValid: false },
    effects: [],
  },

  {
    name: "a poll applies what is new, and a socket is tried at once when the server answers again",
    state: { ...POLLING, status: "reconnecting" },
    event: { type: "pollAnswered", answer: { ...at(6), events: [numbered(5), numbered(6)] } },
    next: { status: "polling", position: at(6), attempt: 0, socket: "opening" },
    effects: [notify(6), save(at(6)), status("polling"), ...opening(at(6)), POLL_AGAIN],
  },
  {
    name: "a further poll leaves the backoff to decide about sockets",
    state: POLLING,
    event: { type: "pollAnswered", answer: { ...at(5), events: [] } },
    effects: [POLL_AGAIN],
  },
  {
    name: "a poll that refreshed the screen by other means applies nothing",
    state: POLLING,
    event: { type: "pollAnswered", answer: null },
    effects: [POLL_AGAIN],
  },
  {
    name: "a poll of another epoch reads again",
    state: POLLING,
    event: { type: "pollAnswered", answer: { ...at(3, "b"), events: [] } },
    next: { position: at(3, "b") },
    effects: [save(at(3, "b")), RESYNC, POLL_AGAIN],
  },
  {
    name: "a poll answered by resync reads again",
    state: POLLING,
    event: { type: "pollAnswered", answer: { ...at(9), resync: true } },
    next: { position: at(9) },
    effects: [save(at(9)), RESYNC, POLL_AGAIN],
  },
  {
    name: "a poll that fails is reconnecting, and is tried again",
    state: POLLING,
    event: { type: "pollFailed" },
    next: { status: "reconnecting" },
    effects: [status("reconnecting"), POLL_AGAIN],
  },
  {
    name: "a poll that fails without a network is offline",
    state: POLLING,
    event: { type: "pollFailed" },
    facts: { isOnline: false },
    next: { status: "offline" },
    effects: [status("offline"), POLL_AGAIN],
  },
  {
    name: "a poll that is answered after polling ended is ignored",
    state: LIVE,
    event: { type: "pollAnswered", answer: { ...at(9), resync: true } },
    effects: [],
  },
  { name: "the polling interval polls", state: POLLING, event: fired("poll"), effects: [poll(at(5))] },

  {
    name: "a wake-up checks a socket that is up",
    state: LIVE,
    event: { type: "woken" },
    effects: [{ type: "send", text: PING }, startTimer("pong", PONG_TIMEOUT_MS)],
  },
  {
    name: "a wake-up leaves a young attempt alone",
    state: CONNECTING,
    event: { type: "woken" },
    effects: [],
  },
  {
    name: "an attempt becomes slow",
    state: CONNECTING,
    event: fired("slow"),
    next: { isSlow: true },
    effects: [],
  },
  {
    name: "a wake-up replaces a slow attempt",
    state: { ...CONNECTING, isSlow: true },
    event: { type: "woken" },
    next: { isSlow: false },
    effects: [CLOSE, ...opening(null)],
  },
  {
    name: "a wake-up does not wait for the backoff",
    state: RETRYING,
    event: { type: "woken" },
    next: { socket: "opening", attempt: 0 },
    effects: opening(at(5)),
  },
  {
    name: "a wake-up while polling polls at once as well",
    state: POLLING,
    event: { type: "woken" },
    next: { socket: "opening", attempt: 0 },
    effects: [poll(at(5)), ...opening(at(5))],
  },
  {
    name: "a wake-up while offline is reconnecting",
    state: OFFLINE,
    event: { type: "woken" },
    next: { status: "reconnecting", socket: "opening", attempt: 0 },
    effects: [status("reconnecting"), ...opening(at(5))],
  },
  {
    name: "the loss of the network is offline at once, with a retry all the same",
    state: LIVE,
    event: { type: "networkLost" },
    next: { ...DROPPED, status: "offline", attempt: 1 },
    effects: [CLOSE, status("offline"), retry(0)],
  },
  ...[IDLE, ENDED].flatMap((state) =>
    (["woken", "networkLost"] as const).map((type) => ({
      name: `${type} does nothing while ${state.status}`,
      state,
      event: { type },
      effects: [],
    })),
  ),
];

const run = ({ state, event, facts }: Row) =>
  transition(state, event, { isOnline: true, readAgoMs: 0, ...facts });
const isStop = (effect: ConnectionEffect) => effect.type === "stopTimers";

describe("a transition", () => {
  it.each(ROWS)("$name", (row) => {
    const before = structuredClone(row.state);
    const { state, effects } = run(row);
    expect(state).toEqual({ ...row.state, ...row.next });
    expect(effects.filter((effect) => !isStop(effect))).toEqual(row.effects);
    expect(row.state).toEqual(before);
  });

  it("stops every timer of a socket that it closes, and what it replaces", () => {
    const stopped = (row: Omit<Row, "name" | "effects">) =>
      run({ name: "", effects: [], ...row })
        .effects.flatMap((effect) => (effect.type === "stopTimers" ? effect.timers : []))
        .sort();
    const ofSocket = ["gap", "heartbeat", "pong", "slow", "stable", "unanswered", "welcome"];
    expect(stopped({ state: LIVE, event: closed(1006) })).toEqual(ofSocket);
    expect(stopped({ state: LIVE, event: { type: "stopped" } })).toEqual(
      [...ofSocket, "poll", "retry"].sort(),
    );
    expect(stopped({ state: LIVE, event: closed(closeCodes.gone) })).toEqual(
      [...ofSocket, "poll", "retry"].sort(),
    );
    expect(stopped({ state: LIVE, event: received(null) })).toEqual(["pong"]);
    expect(stopped({ state: CONNECTING, event: welcomed(at(1)) })).toEqual(
      ["poll", "pong", "slow", "unanswered", "welcome"].sort(),
    );
    expect(stopped({ state: POLLING, event: { type: "woken" } })).toEqual(["poll", "retry"]);
  });
});
