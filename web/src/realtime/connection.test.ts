import { beforeEach, describe, expect, it } from "vitest";
import { COMMANDS_PER_SECOND_CLIENT } from "../../../party/protocol/limits.ts";
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoffDelayMs } from "./backoff.ts";
import { createConnection } from "./connection.ts";
import type {
  Connection,
  ConnectionDeps,
  ConnectionStatus,
  PollAnswer,
  SocketHandlers,
} from "./connection.types.ts";
import { type Position, parseServerFrame, type RoomEvent, type Signal } from "./frames.ts";
import {
  HEARTBEAT_MS,
  POLLING_AFTER_MS,
  PONG_TIMEOUT_MS,
  SLOW_AFTER_MS,
  WELCOME_TIMEOUT_MS,
} from "./limits.ts";

const event = (seq: number): RoomEvent => ({ id: `e${seq}`, seq, type: "t", at: "", data: seq });

/** Clock, sockets, network, session and polling under the test's control. */
class FakeBrowser {
  time = 0;
  timers: { id: number; at: number; run: () => void }[] = [];
  sockets: { sent: string[]; handlers: SocketHandlers; position: Position | null; isClosed: boolean }[] = [];
  applied: number[] = [];
  statuses: ConnectionStatus[] = [];
  resyncs = 0;
  welcomes = 0;
  signals: Signal[] = [];
  refused: string[] = [];
  saved: Position | null = null;
  isOnline = true;
  isSessionGood = true;
  readAgoMs = 0;
  /** The listener throws at the event with this seq. */
  throwAt: number | null = null;
  onEvent: () => void = () => {};
  polls: (Position | null)[] = [];
  pollAnswer: () => Promise<PollAnswer | null> = async () => null;
  connection: Connection;

  constructor() {
    let ids = 0;
    const deps: ConnectionDeps = {
      random: () => 0.5,
      now: () => this.time,
      setTimer: (run, ms) => {
        ids += 1;
        this.timers.push({ id: ids, at: this.time + ms, run });
        return ids;
      },
      clearTimer: (timer) => {
        this.timers = this.timers.filter((entry) => entry.id !== timer);
      },
      openSocket: (position, handlers) => {
        const socket = { sent: [] as string[], handlers, position, isClosed: false };
        this.sockets.push(socket);
        return {
          send: (text) => socket.sent.push(text),
          close: () => {
            socket.isClosed = true;
          },
        };
      },
      poll: (position) => {
        this.polls.push(position);
        return this.pollAnswer();
      },
      pollEveryMs: () => 5_000,
      isOnline: () => this.isOnline,
      loadPosition: () => this.saved,
      savePosition: (position) => {
        this.saved = position;
      },
      readAgoMs: () => this.readAgoMs,
      checkSession: async () => this.isSessionGood,
    };
    this.connection = createConnection(deps, {
      onEvent: ({ seq }) => {
        if (seq === this.throwAt) throw new Error("listener");
        this.applied.push(seq);
        this.onEvent();
      },
      onResync: () => {
        this.resyncs += 1;
      },
      onStatus: (status) => this.statuses.push(status),
      onWelcome: () => {
        this.welcomes += 1;
      },
      onSignal: (signal) => this.signals.push(signal),
      onRefused: ({ ref, code }) => this.refused.push(`${ref} ${code}`),
    });
  }

  get socket() {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }

  receive(frame: unknown): void {
    const text = typeof frame === "string" ? frame : JSON.stringify(frame);
    this.socket.handlers.onFrame(parseServerFrame(text));
  }

  welcome(seq: number, epoch = "a", idleMs: number | null = null): void {
    this.receive({ v: 1, type: "room.welcome", epoch, seq, idleMs });
  }

  cut(code = 1006): void {
    this.socket.handlers.onClose(code);
  }

  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    for (;;) {
      const next = this.timers.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = next.at;
      this.timers = this.timers.filter((entry) => entry !== next);
      next.run();
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
    this.time = until;
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
});

/** Connects and receives the welcome frame at position a:5. */
function connect(): void {
  browser.saved = { epoch: "a", seq: 5 };
  browser.connection.start();
  browser.welcome(5);
}

describe("backoff", () => {
  it("draws from zero to a ceiling that doubles and stops at the cap", () => {
    for (let attempt = 0; attempt < 40; attempt++) {
      const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
      expect(backoffDelayMs(attempt, () => 0)).toBe(0);
      expect(backoffDelayMs(attempt, () => 0.999999)).toBeLessThan(ceiling);
      expect(backoffDelayMs(attempt, () => 0.5)).toBe(Math.floor(ceiling / 2));
    }
  });
});

describe("a connection", () => {
  it("applies every event once and in order, and saves its position", () => {
    connect();
    for (const seq of [6, 7, 7, 6, 8]) browser.receive({ v: 1, ...event(seq) });
    expect(browser.applied).toEqual([6, 7, 8]);
    expect(browser.saved).toEqual({ epoch: "a", seq: 8 });
    expect(browser.resyncs).toBe(0);
  });

  it("reads everything again after a welcome without a position", () => {
    browser.connection.start();
    browser.welcome(9);
    expect(browser.resyncs).toBe(1);
    expect(browser.saved).toEqual({ epoch: "a", seq: 9 });
    expect(browser.connection.status()).toBe("live");
  });

  it("reads nothing again when nothing has happened in the room since the page was read", () => {
    browser.readAgoMs = 2_000;
    browser.connection.start();
    browser.welcome(9, "a", 60_000);
    expect(browser.resyncs).toBe(0);
    expect(browser.saved).toEqual({ epoch: "a", seq: 9 });
    const other = new FakeBrowser();
    other.readAgoMs = 2_000;
    other.connection.start();
    other.welcome(9, "a", 3_000);
    expect(other.resyncs).toBe(1);
  });

  it("requests missing events and applies them before later ones", () => {
    connect();
    browser.receive({ v: 1, ...event(8) });
    expect(browser.applied).toEqual([]);
    expect(browser.socket.sent).toEqual([JSON.stringify({ type: "resume", epoch: "a", seq: 5 })]);
    browser.receive({ v: 1, ...event(9) });
    expect(browser.socket.sent).toHaveLength(1);
    browser.receive({
      v: 1,
      type: "room.gap",
      epoch: "a",
      after: 5,
      seq: 9,
      events: [event(6), event(8), event(9)],
    });
    browser.receive({ v: 1, ...event(10) });
    expect(browser.applied).toEqual([6, 8, 9, 10]);
  });

  it("moves to the seq of the gap, although superseded events are missing in it", () => {
    connect();
    browser.receive({ v: 1, ...event(9) });
    browser.receive({ v: 1, type: "room.gap", epoch: "a", after: 5, seq: 9, events: [event(7)] });
    browser.receive({ v: 1, ...event(10) });
    expect(browser.applied).toEqual([7, 10]);
    expect(browser.saved).toEqual({ epoch: "a", seq: 10 });
  });

  it("reconnects with its position and applies the gap", async () => {
    connect();
    browser.cut();
    expect(browser.connection.status()).toBe("reconnecting");
    await browser.advance(BACKOFF_BASE_MS);
    expect(browser.sockets).toHaveLength(2);
    expect(browser.socket.position).toEqual({ epoch: "a", seq: 5 });
    browser.welcome(7);
    browser.receive({ v: 1, type: "room.gap", epoch: "a", after: 5, seq: 7, events: [event(6), event(7)] });
    expect(browser.applied).toEqual([6, 7]);
    expect(browser.connection.status()).toBe("live");
  });

  it("reads everything again on resync and continues at its position", () => {
    connect();
    browser.receive({ v: 1, type: "room.resync", epoch: "b", seq: 2 });
    browser.receive({ v: 1, ...event(3) });
    expect(browser.resyncs).toBe(1);
    expect(browser.applied).toEqual([3]);
    expect(browser.saved).toEqual({ epoch: "b", seq: 3 });
  });

  it("notices a lost last event within one heartbeat", async () => {
    connect();
    await browser.advance(HEARTBEAT_MS);
    expect(browser.socket.sent).toEqual(["ping"]);
    browser.receive({ v: 1, type: "room.head", epoch: "a", seq: 6 });
    expect(browser.socket.sent.at(-1)).toBe(JSON.stringify({ type: "resume", epoch: "a", seq: 5 }));
    browser.receive({ v: 1, type: "room.gap", epoch: "a", after: 5, seq: 6, events: [event(6)] });
    expect(browser.applied).toEqual([6]);
  });

  it("notices a dead socket within 30 seconds", async () => {
    connect();
    await browser.advance(HEARTBEAT_MS + PONG_TIMEOUT_MS);
    expect(HEARTBEAT_MS + PONG_TIMEOUT_MS).toBeLessThanOrEqual(30_000);
    expect(browser.connection.status()).toBe("reconnecting");
    expect(browser.sockets[0]?.isClosed).toBe(true);
  });

  it("keeps the socket while pings are answered", async () => {
    connect();
    for (let beat = 0; beat < 10; beat++) {
      await browser.advance(HEARTBEAT_MS);
      browser.receive({ v: 1, type: "room.head", epoch: "a", seq: 5 });
    }
    expect(browser.sockets).toHaveLength(1);
    expect(browser.connection.status()).toBe("live");
  });

  it("reconnects without a position when a gap never arrives", async () => {
    connect();
    browser.receive({ v: 1, ...event(8) });
    await browser.advance(60_000);
    expect(browser.sockets.length).toBeGreaterThan(1);
    expect(browser.sockets[1]?.position).toBeNull();
    expect(browser.applied).toEqual([]);
  });

  it("polls after three failures, applies the answers, and still tries sockets", async () => {
    browser.saved = { epoch: "a", seq: 5 };
    browser.pollAnswer = async () => ({ epoch: "a", seq: 6, events: [event(6)] });
    browser.connection.start();
    for (let failure = 0; failure < 3; failure++) {
      browser.cut();
      if (failure < 2) await browser.advance(2_000);
    }
    await browser.advance(0);
    expect(browser.polls).toEqual([{ epoch: "a", seq: 5 }]);
    expect(browser.applied).toEqual([6]);
    expect(browser.connection.status()).toBe("polling");
    await browser.advance(5_000);
    expect(browser.polls).toHaveLength(2);
    expect(browser.applied).toEqual([6]);
    expect(browser.sockets.length).toBeGreaterThan(3);
    browser.welcome(6);
    const polls = browser.polls.length;
    await browser.advance(20_000);
    expect(browser.polls).toHaveLength(polls);
    expect(browser.connection.status()).toBe("live");
  });

  it("polls beside a socket without a welcome frame, and gives that socket its full time-out", async () => {
    browser.saved = { epoch: "a", seq: 5 };
    browser.pollAnswer = async () => ({ epoch: "a", seq: 6, events: [event(6)] });
    browser.connection.start();
    await browser.advance(POLLING_AFTER_MS - 1);
    expect(browser.polls).toEqual([]);
    await browser.advance(1);
    expect(browser.applied).toEqual([6]);
    expect([browser.sockets.length, browser.connection.status()]).toEqual([1, "polling"]);
    await browser.advance(WELCOME_TIMEOUT_MS - POLLING_AFTER_MS - 1);
    browser.welcome(6);
    expect([browser.sockets.length, browser.connection.status()]).toEqual([1, "live"]);
  });

  it("a wake-up replaces an attempt once it is slow, not before", async () => {
    browser.connection.start();
    await browser.advance(SLOW_AFTER_MS - 1);
    browser.connection.wake();
    expect(browser.sockets).toHaveLength(1);
    await browser.advance(1);
    browser.connection.wake();
    expect(browser.sockets).toHaveLength(2);
    expect(browser.sockets[0]?.isClosed).toBe(true);
    browser.welcome(0);
    expect(browser.connection.status()).toBe("live");
  });

  it("is reconnecting, not polling, while polling fails too", async () => {
    browser.pollAnswer = () => Promise.reject(new Error("down"));
    browser.connection.start();
    for (let failure = 0; failure < 3; failure++) {
      browser.cut();
      await browser.advance(failure < 2 ? 2_000 : 0);
    }
    expect(browser.connection.status()).toBe("reconnecting");
  });

  it("opens a socket as soon as a poll is answered again, without waiting for the backoff", async () => {
    browser.pollAnswer = () => Promise.reject(new Error("down"));
    browser.saved = { epoch: "a", seq: 5 };
    browser.connection.start();
    for (let failure = 0; failure < 3; failure++) {
      browser.cut();
      await browser.advance(failure < 2 ? 2_000 : 0);
    }
    const before = browser.sockets.length;
    browser.pollAnswer = async () => ({ epoch: "a", seq: 5, events: [] });
    browser.connection.wake();
    browser.cut();
    await browser.advance(0);
    expect(browser.sockets.length).toBeGreaterThan(before);
    browser.welcome(5);
    expect(browser.connection.status()).toBe("live");
  });

  it("checks the session when the room reports its end, and ends if it is invalid", async () => {
    connect();
    browser.isSessionGood = false;
    browser.cut(4401);
    await browser.advance(60_000);
    expect(browser.connection.status()).toBe("ended");
    expect(browser.sockets).toHaveLength(1);
  });

  it("reconnects when the session is valid", async () => {
    connect();
    browser.cut(4401);
    await browser.advance(BACKOFF_BASE_MS);
    expect(browser.sockets).toHaveLength(2);
  });

  it("does not reconnect to a room that refused it", async () => {
    connect();
    browser.cut(4403);
    await browser.advance(60_000);
    expect(browser.sockets).toHaveLength(1);
    expect(browser.connection.status()).toBe("ended");
  });

  it("is offline at once without a network, and connects at once when it is back", async () => {
    connect();
    browser.isOnline = false;
    browser.connection.sleep();
    expect(browser.connection.status()).toBe("offline");
    browser.isOnline = true;
    browser.connection.wake();
    expect(browser.sockets).toHaveLength(2);
    expect(browser.connection.status()).toBe("reconnecting");
    browser.welcome(5);
    expect(browser.connection.status()).toBe("live");
  });

  it("ignores the callbacks of an older socket", () => {
    connect();
    const old = browser.socket;
    browser.cut();
    browser.connection.wake();
    browser.welcome(5);
    old.handlers.onFrame({ type: "event", event: event(6) });
    old.handlers.onClose(1006);
    expect(browser.applied).toEqual([]);
    expect(browser.connection.status()).toBe("live");
  });

  it("skips frames that it does not know", () => {
    connect();
    for (const junk of ["", "{", "[]", "null", '{"type":"room.future","x":1}', '{"type":"room.gap"}'])
      browser.receive(junk);
    browser.receive({ v: 1, ...event(6) });
    expect(browser.applied).toEqual([6]);
  });

  it("sends commands while a socket is up, and returns false otherwise", async () => {
    const send = () => browser.connection.send({ type: "typing.start" });
    expect(send()).toBe(false);
    browser.saved = { epoch: "a", seq: 5 };
    browser.connection.start();
    expect(send()).toBe(false);
    browser.welcome(5);
    expect(send()).toBe(true);
    expect(browser.socket.sent).toEqual([JSON.stringify({ type: "typing.start" })]);
    browser.cut();
    expect(send()).toBe(false);
    await browser.advance(BACKOFF_BASE_MS);
    expect(send()).toBe(false);
    browser.welcome(5);
    expect(browser.socket.sent).toEqual([]);
    expect(browser.welcomes).toBe(2);
  });

  it("sends at most the paced number of commands in a second, and drops none", async () => {
    connect();
    for (let n = 0; n < 25; n++) expect(browser.connection.send({ type: "typing.start", n })).toBe(true);
    expect(browser.socket.sent).toHaveLength(COMMANDS_PER_SECOND_CLIENT);
    await browser.advance(999);
    expect(browser.socket.sent).toHaveLength(COMMANDS_PER_SECOND_CLIENT);
    await browser.advance(1_001);
    expect(browser.socket.sent.map((text) => JSON.parse(text).n)).toEqual(
      Array.from({ length: 25 }, (_, n) => n),
    );
  });

  it("drops the commands that wait when their socket closes", async () => {
    connect();
    for (let n = 0; n < 25; n++) browser.connection.send({ type: "typing.start", n });
    browser.cut();
    await browser.advance(BACKOFF_BASE_MS);
    browser.welcome(5);
    await browser.advance(3_000);
    expect(browser.socket.sent).toEqual([]);
  });

  it("applies later events although a listener throws", () => {
    connect();
    browser.throwAt = 6;
    expect(() => browser.receive({ v: 1, ...event(6) })).toThrow("listener");
    browser.receive({ v: 1, ...event(7) });
    expect(browser.applied).toEqual([7]);
    expect(browser.saved).toEqual({ epoch: "a", seq: 7 });
  });

  it("can be stopped by a listener", () => {
    browser.onEvent = () => browser.connection.stop();
    connect();
    browser.receive({ v: 1, ...event(6) });
    expect(browser.connection.status()).toBe("idle");
    expect(browser.timers).toEqual([]);
  });

  it("reports signals and keeps its position", () => {
    connect();
    const data = { userId: "ben", isTyping: true };
    browser.receive({ v: 1, type: "typing.changed", at: "", data });
    browser.receive({ v: 1, type: "typing.sung", at: "", data });
    browser.receive({ v: 1, type: "typing.changed", at: "" });
    expect(browser.signals).toEqual([{ v: 1, type: "typing.changed", at: "", data }]);
    expect(browser.saved).toEqual({ epoch: "a", seq: 5 });
    expect(browser.applied).toEqual([]);
  });

  it("reports a refused command when the room names it", () => {
    connect();
    browser.receive({ v: 1, type: "room.error", code: "FORBIDDEN", message: "", ref: "r1" });
    browser.receive({ v: 1, type: "room.error", code: "RATE_LIMITED", message: "" });
    expect(browser.refused).toEqual(["r1 FORBIDDEN"]);
  });

  it("stops all timers and closes its socket when it stops", async () => {
    connect();
    browser.connection.stop();
    expect(browser.timers).toEqual([]);
    expect(browser.socket.isClosed).toBe(true);
  });
});
