import { beforeEach, describe, expect, it } from "vitest";
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoffDelayMs } from "./backoff.ts";
import {
  createConnection,
  HEARTBEAT_MS,
  POLLING_AFTER_MS,
  PONG_TIMEOUT_MS,
  SLOW_AFTER_MS,
  WELCOME_TIMEOUT_MS,
} from "./connection.ts";
import type {
  Connection,
  ConnectionDeps,
  ConnectionStatus,
  PollAnswer,
  SocketHandlers,
} from "./connection.types.ts";
import type { Position, RoomEvent, Signal } from "./frames.ts";

const event = (seq: number): RoomEvent => ({ id: `e${seq}`, seq, type: "t", at: "", data: seq });

/** A clock, sockets and a poll that a test plays by hand. */
class Stage {
  time = 0;
  timers: { id: number; at: number; run: () => void }[] = [];
  sockets: { sent: string[]; handlers: SocketHandlers; asked: Position | null; isClosed: boolean }[] = [];
  seen: number[] = [];
  statuses: ConnectionStatus[] = [];
  resyncs = 0;
  welcomes = 0;
  signals: Signal[] = [];
  refused: string[] = [];
  saved: Position | null = null;
  isOnline = true;
  isSessionGood = true;
  readAgoMs = 0;
  polls: (Position | null)[] = [];
  pollAnswer: () => Promise<PollAnswer | null> = async () => null;
  connection: Connection;

  constructor() {
    let ids = 0;
    const deps: ConnectionDeps = {
      random: () => 0.5,
      setTimer: (run, ms) => {
        ids += 1;
        this.timers.push({ id: ids, at: this.time + ms, run });
        return ids;
      },
      clearTimer: (timer) => {
        this.timers = this.timers.filter((entry) => entry.id !== timer);
      },
      openSocket: (asked, handlers) => {
        const socket = { sent: [] as string[], handlers, asked, isClosed: false };
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
      onEvent: (heard) => this.seen.push(heard.seq),
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

  hear(frame: unknown): void {
    this.socket.handlers.onMessage(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  welcome(seq: number, epoch = "a", idleMs: number | null = null): void {
    this.hear({ v: 1, type: "room.welcome", epoch, seq, idleMs });
  }

  cut(code = 1006): void {
    this.socket.handlers.onClose(code);
  }

  async run(ms: number): Promise<void> {
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

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

/** A connection that is up at a:5. */
function up(): void {
  stage.saved = { epoch: "a", seq: 5 };
  stage.connection.start();
  stage.welcome(5);
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
  it("applies events in order, once each, and remembers where it is", () => {
    up();
    for (const seq of [6, 7, 7, 6, 8]) stage.hear({ v: 1, ...event(seq) });
    expect(stage.seen).toEqual([6, 7, 8]);
    expect(stage.saved).toEqual({ epoch: "a", seq: 8 });
    expect(stage.resyncs).toBe(0);
  });

  it("reads everything once more when it is welcomed without a position", () => {
    stage.connection.start();
    stage.welcome(9);
    expect(stage.resyncs).toBe(1);
    expect(stage.saved).toEqual({ epoch: "a", seq: 9 });
    expect(stage.connection.status()).toBe("live");
  });

  it("reads nothing again when the room has been quiet since before the page was read", () => {
    stage.readAgoMs = 2_000;
    stage.connection.start();
    stage.welcome(9, "a", 60_000);
    expect(stage.resyncs).toBe(0);
    expect(stage.saved).toEqual({ epoch: "a", seq: 9 });
    const other = new Stage();
    other.readAgoMs = 2_000;
    other.connection.start();
    other.welcome(9, "a", 3_000);
    expect(other.resyncs).toBe(1);
  });

  it("asks for a hole and applies the gap whole before anything later", () => {
    up();
    stage.hear({ v: 1, ...event(8) });
    expect(stage.seen).toEqual([]);
    expect(stage.socket.sent).toEqual([JSON.stringify({ type: "resume", epoch: "a", seq: 5 })]);
    stage.hear({ v: 1, ...event(9) });
    expect(stage.socket.sent).toHaveLength(1);
    stage.hear({
      v: 1,
      type: "room.gap",
      epoch: "a",
      after: 5,
      seq: 9,
      events: [event(6), event(8), event(9)],
    });
    stage.hear({ v: 1, ...event(10) });
    expect(stage.seen).toEqual([6, 8, 9, 10]);
  });

  it("moves past what the log collapsed: the gap's own number counts", () => {
    up();
    stage.hear({ v: 1, ...event(9) });
    stage.hear({ v: 1, type: "room.gap", epoch: "a", after: 5, seq: 9, events: [event(7)] });
    stage.hear({ v: 1, ...event(10) });
    expect(stage.seen).toEqual([7, 10]);
    expect(stage.saved).toEqual({ epoch: "a", seq: 10 });
  });

  it("resumes after a cut with its position and takes the gap", async () => {
    up();
    stage.cut();
    expect(stage.connection.status()).toBe("reconnecting");
    await stage.run(BACKOFF_BASE_MS);
    expect(stage.sockets).toHaveLength(2);
    expect(stage.socket.asked).toEqual({ epoch: "a", seq: 5 });
    stage.welcome(7);
    stage.hear({ v: 1, type: "room.gap", epoch: "a", after: 5, seq: 7, events: [event(6), event(7)] });
    expect(stage.seen).toEqual([6, 7]);
    expect(stage.connection.status()).toBe("live");
  });

  it("reads everything again on resync and goes on from there", () => {
    up();
    stage.hear({ v: 1, type: "room.resync", epoch: "b", seq: 2 });
    stage.hear({ v: 1, ...event(3) });
    expect(stage.resyncs).toBe(1);
    expect(stage.seen).toEqual([3]);
    expect(stage.saved).toEqual({ epoch: "b", seq: 3 });
  });

  it("notices a lost last frame within one heartbeat", async () => {
    up();
    await stage.run(HEARTBEAT_MS);
    expect(stage.socket.sent).toEqual(["ping"]);
    stage.hear({ v: 1, type: "room.head", epoch: "a", seq: 6 });
    expect(stage.socket.sent.at(-1)).toBe(JSON.stringify({ type: "resume", epoch: "a", seq: 5 }));
    stage.hear({ v: 1, type: "room.gap", epoch: "a", after: 5, seq: 6, events: [event(6)] });
    expect(stage.seen).toEqual([6]);
  });

  it("notices a dead peer within thirty seconds", async () => {
    up();
    await stage.run(HEARTBEAT_MS + PONG_TIMEOUT_MS);
    expect(HEARTBEAT_MS + PONG_TIMEOUT_MS).toBeLessThanOrEqual(30_000);
    expect(stage.connection.status()).toBe("reconnecting");
    expect(stage.sockets[0]?.isClosed).toBe(true);
  });

  it("stays up while pings are answered", async () => {
    up();
    for (let beat = 0; beat < 10; beat++) {
      await stage.run(HEARTBEAT_MS);
      stage.hear({ v: 1, type: "room.head", epoch: "a", seq: 5 });
    }
    expect(stage.sockets).toHaveLength(1);
    expect(stage.connection.status()).toBe("live");
  });

  it("starts afresh when a gap never comes, instead of going on with a hole", async () => {
    up();
    stage.hear({ v: 1, ...event(8) });
    await stage.run(60_000);
    expect(stage.sockets.length).toBeGreaterThan(1);
    expect(stage.sockets[1]?.asked).toBeNull();
    expect(stage.seen).toEqual([]);
  });

  it("falls to polling after three failures, applies what it finds, and still tries sockets", async () => {
    stage.saved = { epoch: "a", seq: 5 };
    stage.pollAnswer = async () => ({ epoch: "a", seq: 6, events: [event(6)] });
    stage.connection.start();
    for (let failure = 0; failure < 3; failure++) {
      stage.cut();
      if (failure < 2) await stage.run(2_000);
    }
    await stage.run(0);
    expect(stage.polls).toEqual([{ epoch: "a", seq: 5 }]);
    expect(stage.seen).toEqual([6]);
    expect(stage.connection.status()).toBe("polling");
    await stage.run(5_000);
    expect(stage.polls).toHaveLength(2);
    expect(stage.seen).toEqual([6]);
    expect(stage.sockets.length).toBeGreaterThan(3);
    stage.welcome(6);
    const polls = stage.polls.length;
    await stage.run(20_000);
    expect(stage.polls).toHaveLength(polls);
    expect(stage.connection.status()).toBe("live");
  });

  it("polls beside a socket that nobody answers, and gives the socket all the time it may take", async () => {
    stage.saved = { epoch: "a", seq: 5 };
    stage.pollAnswer = async () => ({ epoch: "a", seq: 6, events: [event(6)] });
    stage.connection.start();
    await stage.run(POLLING_AFTER_MS - 1);
    expect(stage.polls).toEqual([]);
    await stage.run(1);
    expect(stage.seen).toEqual([6]);
    expect([stage.sockets.length, stage.connection.status()]).toEqual([1, "polling"]);
    await stage.run(WELCOME_TIMEOUT_MS - POLLING_AFTER_MS - 1);
    stage.welcome(6);
    expect([stage.sockets.length, stage.connection.status()]).toEqual([1, "live"]);
  });

  it("tries anew when something wakes the page and the socket on its way is slow, not before", async () => {
    stage.connection.start();
    await stage.run(SLOW_AFTER_MS - 1);
    stage.connection.wake();
    expect(stage.sockets).toHaveLength(1);
    await stage.run(1);
    stage.connection.wake();
    expect(stage.sockets).toHaveLength(2);
    expect(stage.sockets[0]?.isClosed).toBe(true);
    stage.welcome(0);
    expect(stage.connection.status()).toBe("live");
  });

  it("says reconnecting, not polling, while polling fails too", async () => {
    stage.pollAnswer = () => Promise.reject(new Error("down"));
    stage.connection.start();
    for (let failure = 0; failure < 3; failure++) {
      stage.cut();
      await stage.run(failure < 2 ? 2_000 : 0);
    }
    expect(stage.connection.status()).toBe("reconnecting");
  });

  it("tries a socket as soon as polling gets an answer again, whatever the backoff says", async () => {
    stage.pollAnswer = () => Promise.reject(new Error("down"));
    stage.saved = { epoch: "a", seq: 5 };
    stage.connection.start();
    for (let failure = 0; failure < 3; failure++) {
      stage.cut();
      await stage.run(failure < 2 ? 2_000 : 0);
    }
    const before = stage.sockets.length;
    stage.pollAnswer = async () => ({ epoch: "a", seq: 5, events: [] });
    stage.connection.wake();
    stage.cut();
    await stage.run(0);
    expect(stage.sockets.length).toBeGreaterThan(before);
    stage.welcome(5);
    expect(stage.connection.status()).toBe("live");
  });

  it("checks the session when it is told that it ended, and stops if so", async () => {
    up();
    stage.isSessionGood = false;
    stage.cut(4401);
    await stage.run(60_000);
    expect(stage.connection.status()).toBe("ended");
    expect(stage.sockets).toHaveLength(1);
  });

  it("comes back when the session turns out to be good", async () => {
    up();
    stage.cut(4401);
    await stage.run(BACKOFF_BASE_MS);
    expect(stage.sockets).toHaveLength(2);
  });

  it("does not knock again at a room that refused it", async () => {
    up();
    stage.cut(4403);
    await stage.run(60_000);
    expect(stage.sockets).toHaveLength(1);
    expect(stage.connection.status()).toBe("ended");
  });

  it("says offline at once and connects at once when the network is back", async () => {
    up();
    stage.isOnline = false;
    stage.connection.sleep();
    expect(stage.connection.status()).toBe("offline");
    stage.isOnline = true;
    stage.connection.wake();
    expect(stage.sockets).toHaveLength(2);
    expect(stage.connection.status()).toBe("reconnecting");
    stage.welcome(5);
    expect(stage.connection.status()).toBe("live");
  });

  it("ignores what an older socket still says", () => {
    up();
    const old = stage.socket;
    stage.cut();
    stage.connection.wake();
    stage.welcome(5);
    old.handlers.onMessage(JSON.stringify({ v: 1, ...event(6) }));
    old.handlers.onClose(1006);
    expect(stage.seen).toEqual([]);
    expect(stage.connection.status()).toBe("live");
  });

  it("skips frames it does not understand", () => {
    up();
    for (const junk of ["", "{", "[]", "null", '{"type":"room.future","x":1}', '{"type":"room.gap"}'])
      stage.hear(junk);
    stage.hear({ v: 1, ...event(6) });
    expect(stage.seen).toEqual([6]);
  });

  it("says things to the room while a socket is up, and says so when none is", async () => {
    const say = () => stage.connection.send({ type: "typing.start" });
    expect(say()).toBe(false);
    stage.saved = { epoch: "a", seq: 5 };
    stage.connection.start();
    expect(say()).toBe(false);
    stage.welcome(5);
    expect(say()).toBe(true);
    expect(stage.socket.sent).toEqual([JSON.stringify({ type: "typing.start" })]);
    stage.cut();
    expect(say()).toBe(false);
    await stage.run(BACKOFF_BASE_MS);
    expect(say()).toBe(false);
    stage.welcome(5);
    expect(stage.socket.sent).toEqual([]);
    expect(stage.welcomes).toBe(2);
  });

  it("hands on what has no number, and moves no further by it", () => {
    up();
    const data = { userId: "ben", isTyping: true };
    stage.hear({ v: 1, type: "typing.changed", at: "", data });
    stage.hear({ v: 1, type: "typing.sung", at: "", data });
    stage.hear({ v: 1, type: "typing.changed", at: "" });
    expect(stage.signals).toEqual([{ v: 1, type: "typing.changed", at: "", data }]);
    expect(stage.saved).toEqual({ epoch: "a", seq: 5 });
    expect(stage.seen).toEqual([]);
  });

  it("says which command was refused, when the room names it", () => {
    up();
    stage.hear({ v: 1, type: "room.error", code: "FORBIDDEN", message: "", ref: "r1" });
    stage.hear({ v: 1, type: "room.error", code: "RATE_LIMITED", message: "" });
    expect(stage.refused).toEqual(["r1 FORBIDDEN"]);
  });

  it("leaves nothing behind when it stops", async () => {
    up();
    stage.connection.stop();
    expect(stage.timers).toEqual([]);
    expect(stage.socket.isClosed).toBe(true);
  });
});
