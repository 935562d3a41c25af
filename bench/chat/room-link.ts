/**
 * One socket to a room that reconnects, resumes by position and sends heartbeats, as a browser does. It implements the
 * rules of `web/src/realtime` a second time, so that the bench and the browser check each other.
 */

import WebSocket from "ws";
import { closeCodes, PING } from "../../party/protocol/wire.ts";
import type { EventFrame, ServerFrame } from "./frame-parser.ts";
import { NamedTimers } from "./named-timers.ts";

export const HEARTBEAT_MS = 25_000;
const PONG_TIMEOUT_MS = 4_000;
const WELCOME_TIMEOUT_MS = 30_000;
const GAP_TIMEOUT_MS = 4_000;
const STABLE_MS = 5_000;
const BACKOFF_CEILING_MS = 5_000;
const FINAL_CODES: readonly number[] = [closeCodes.sessionEnded, closeCodes.forbidden, closeCodes.gone];

export interface RoomLinkOptions {
  /** The Worker's URL: the socket's Origin header. */
  url: string;
  /** The address to connect to when it is a relay. */
  socketUrl?: string;
  /** `/parties/...`, without a query. */
  path: string;
  person: { id: string; cookie: string };
  heartbeatMs?: number;
  /**
   * The first reconnect delay is uniform up to this many milliseconds; the ceiling doubles up to five
   * seconds.
   */
  backoffMs?: number;
  /** Parses a frame. Throws when it is invalid. */
  read: (text: string) => ServerFrame;
}

export interface LinkListener {
  /**
   * `isApplied` is true for a new event that is next in order. Any other event comes again, or was applied
   * before.
   */
  onEvent(event: EventFrame, via: "live" | "gap", isApplied: boolean): void;
  /** The room answered `resync`. Resolves when everything was read again. */
  onResync(): Promise<void>;
  /** Frames that do not concern the log. */
  onFrame(frame: ServerFrame): void;
  onState(state: LinkState): void;
}

/** `open`: welcomed, but not caught up yet. */
export type LinkState = "new" | "connecting" | "open" | "live" | "waiting" | "ended";

/** One connection loss and its recovery, in milliseconds of performance.now(). */
export interface Return {
  lostAt: number;
  /** When it first tried to reconnect after that. */
  triedAt: number;
  openedAt: number;
  caughtUpAt: number;
}

export class RoomLink {
  readonly returns: Return[] = [];
  readonly closings: { code: number; at: number }[] = [];
  /** Frames that do not conform to the protocol. */
  readonly invalidFrames: string[] = [];
  /** Gaps found by a sequence number, and connections that were tried and that failed. */
  readonly noticed = { holes: 0, heads: 0, opens: 0, failedOpens: 0 };
  position: { epoch: string; seq: number } | null = null;
  /** Counts the connections, from 1. */
  connection = 0;
  /** Connections in a row that did not open. */
  failures = 0;
  state: LinkState = "new";
  #socket: WebSocket | null = null;
  #attempt = 0;
  #gapAsked = 0;
  #lostAt: number | null = null;
  #triedAt: number | null = null;
  #awayMs: number | null = null;
  #openedAt = 0;
  readonly #timers = new NamedTimers();
  readonly #options: RoomLinkOptions;
  readonly #listener: LinkListener;

  constructor(options: RoomLinkOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
  }

  connect(): void {
    const { url, socketUrl = url, path, person, read } = this.#options;
    const at = this.position ? `&epoch=${this.position.epoch}&seq=${this.position.seq}` : "";
    this.connection += 1;
    this.#gapAsked = 0;
    this.noticed.opens += 1;
    if (this.#lostAt !== null) this.#triedAt ??= performance.now();
    this.#enter("connecting");
    const settings = {
      headers: { Origin: url, Cookie: person.cookie },
      perMessageDeflate: false,
      skipUTF8Validation: true,
      // The close frame counts: workerd closes the TCP connection only seconds later.
      closeTimeout: 50,
    };
    const address = `${socketUrl.replace("http", "ws")}${path}?account=${person.id}${at}`;
    const socket = new WebSocket(address, settings);
    this.#socket = socket;
    this.#timers.arm("welcome", WELCOME_TIMEOUT_MS, () => socket.terminate());
    socket.on("message", (bytes) => {
      if (socket !== this.#socket) return;
      this.#timers.disarm("pong");
      const text = bytes.toString();
      let frame: ServerFrame;
      try {
        frame = read(text);
      } catch (error) {
        this.invalidFrames.push(`${String(error).slice(0, 200)}: ${text.slice(0, 300)}`);
        return;
      }
      this.#onFrame(frame);
    });
    socket.on("error", () => {});
    socket.on("close", (code) => {
      if (socket === this.#socket) this.#lose(code);
    });
  }

  /** Sends the frame when the connection is open. */
  sendCommand(command: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }

  /**
   * The connection goes dead without a close frame. The client notices by itself or after this many
   * milliseconds.
   */
  cut(awayMs: number | null = null): void {
    this.#awayMs = awayMs;
    this.#socket?.terminate();
  }

  /** Requests the room's head sequence number from the platform's automatic response, now. */
  ping(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(PING);
    if (!this.#timers.has("pong")) this.#timers.arm("pong", PONG_TIMEOUT_MS, () => this.cut());
  }

  /** Closes the connection for good. */
  end(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#timers.disarmAll();
    socket?.terminate();
    this.#enter("ended");
  }

  #enter(state: LinkState): void {
    this.state = state;
    this.#listener.onState(state);
  }

  #lose(code: number): void {
    const now = performance.now();
    this.closings.push({ code, at: now });
    this.#socket = null;
    this.#timers.disarmAll();
    if (FINAL_CODES.includes(code)) {
      this.end();
      return;
    }
    if (this.state === "connecting") {
      this.noticed.failedOpens += 1;
      this.failures += 1;
    }
    this.#lostAt ??= now;
    // Full jitter: uniform up to a ceiling that doubles to five seconds.
    const ceiling = Math.min(BACKOFF_CEILING_MS, (this.#options.backoffMs ?? 500) * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#timers.arm("retry", this.#awayMs ?? Math.random() * ceiling, () => this.connect());
    this.#awayMs = null;
    this.#enter("waiting");
  }

  #onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case "event":
        this.#live(frame.event);
        break;
      case "room.welcome":
        this.#welcome(frame);
        break;
      case "room.head":
        if (!this.position || (frame.epoch === this.position.epoch && frame.seq <= this.position.seq)) break;
        this.noticed.heads += 1;
        this.#askForGap();
        break;
      case "room.gap":
        this.#gap(frame);
        break;
      case "room.resync":
        this.#resync(frame);
        break;
      default:
        this.#listener.onFrame(frame);
    }
  }

  #welcome({ epoch, seq }: { epoch: string; seq: number }): void {
    this.#openedAt = performance.now();
    this.failures = 0;
    this.#timers.disarm("welcome");
    this.#timers.arm("stable", STABLE_MS, () => {
      this.#attempt = 0;
    });
    this.#timers.arm("heartbeat", this.#options.heartbeatMs ?? HEARTBEAT_MS, () => this.#beat());
    this.position ??= { epoch, seq };
    if (this.position.epoch === epoch && this.position.seq === seq) {
      this.#caughtUp();
      return;
    }
    // The room sends the gap by itself: the position was part of the connection's URL.
    this.#gapAsked = 1;
    this.#timers.arm("gap", GAP_TIMEOUT_MS, () => this.#askForGap());
    this.#enter("open");
  }

  #caughtUp(): void {
    this.#timers.disarm("gap");
    this.#gapAsked = 0;
    if (this.#lostAt !== null) {
      const times = {
        lostAt: this.#lostAt,
        triedAt: this.#triedAt ?? this.#lostAt,
        openedAt: this.#openedAt,
      };
      this.returns.push({ ...times, caughtUpAt: performance.now() });
      this.#lostAt = null;
      this.#triedAt = null;
    }
    if (this.state !== "live") this.#enter("live");
  }

  #beat(): void {
    this.#timers.arm("heartbeat", this.#options.heartbeatMs ?? HEARTBEAT_MS, () => this.#beat());
    this.ping();
  }

  #askForGap(): void {
    if (!this.position) return;
    if (this.#gapAsked >= 2) {
      this.cut();
      return;
    }
    this.#gapAsked += 1;
    this.sendCommand({ type: "resume", ...this.position });
    this.#timers.arm("gap", GAP_TIMEOUT_MS, () => this.#askForGap());
  }

  #live(event: EventFrame): void {
    const { position } = this;
    const isNext = position !== null && event.seq === position.seq + 1;
    if (isNext) position.seq = event.seq;
    this.#listener.onEvent(event, "live", isNext);
    if (isNext || !position || event.seq <= position.seq || this.#gapAsked > 0) return;
    this.noticed.holes += 1;
    this.#askForGap();
  }

  #gap(gap: { epoch: string; after: number; seq: number; events: EventFrame[] }): void {
    const { position } = this;
    if (!position || gap.epoch !== position.epoch || gap.after > position.seq) {
      this.#askForGap();
      return;
    }
    for (const event of gap.events) this.#listener.onEvent(event, "gap", event.seq > position.seq);
    position.seq = Math.max(position.seq, gap.seq);
    this.#caughtUp();
  }

  #resync({ epoch, seq }: { epoch: string; seq: number }): void {
    this.position = { epoch, seq };
    this.#timers.disarm("gap");
    if (this.state === "live") this.#enter("open");
    const { connection } = this;
    this.#listener.onResync().then(
      () => connection === this.connection && this.#caughtUp(),
      // Reading everything failed, so the state is unknown: reconnect and receive `resync` again.
      () => {
        if (connection !== this.connection) return;
        this.position = null;
        this.cut();
      },
    );
  }
}
