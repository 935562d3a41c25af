import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError, networkError } from "../../../api/api-error.ts";
import type { MessageAck } from "../../../realtime/views.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { OutboxEntry, OutboxStore } from "./outbox.types.ts";

const refusal = (code: string, status: number, retryAfterS: number | null = null) =>
  new ApiError({ status, code, message: "", retryAfterS });

/** A server that accepts each client id once, as the room does. */
class Server {
  log: string[] = [];
  calls: string[] = [];
  /** Each replaces the response to one request, in order. */
  faults: ((entry: OutboxEntry) => Promise<MessageAck>)[] = [];

  take(entry: OutboxEntry): MessageAck {
    if (!this.log.includes(entry.clientId)) this.log.push(entry.clientId);
    const seq = this.log.indexOf(entry.clientId) + 1;
    return { clientId: entry.clientId, seq, id: `m${seq}`, at: "2026-01-01T00:00:00.000Z" };
  }

  async send(entry: OutboxEntry): Promise<MessageAck> {
    this.calls.push(entry.clientId);
    const fault = this.faults.shift();
    return fault ? await fault(entry) : this.take(entry);
  }
}

/** What the tabs of a browser share: storage, a clock, locks, a channel. */
class Browser {
  stored = new Map<string, OutboxEntry>();
  isStorageBroken = false;
  storageReady = Promise.resolve();
  #lastIo: Promise<unknown> = Promise.resolve();
  /** Client ids that were sent before they were stored. Must stay empty. */
  unstored: string[] = [];
  server = new Server();
  tabs: Tab[] = [];
  account: string | null = "ann";
  isOnline = true;
  time = 1_000;
  timers: { at: number; run: () => void }[] = [];
  locks = new Map<string, Promise<void>>();

  store(): OutboxStore {
    // In order and asynchronous, like IndexedDB.
    const io = async <T>(work: () => T): Promise<T> => {
      const before = this.#lastIo;
      const done = (async () => {
        await before;
        await this.storageReady;
        if (this.isStorageBroken) throw new Error("no storage");
        return work();
      })();
      this.#lastIo = done.catch(() => {});
      return await done;
    };
    return {
      all: (account) => io(() => [...this.stored.values()].filter((one) => one.accountId === account)),
      put: (entry) => io(() => void this.stored.set(entry.clientId, entry)),
      change: (id, change) =>
        io(() => {
          const known = this.stored.get(id);
          if (known) this.stored.set(id, { ...known, ...change });
        }),
      remove: (ids) => io(() => ids.forEach((id) => void this.stored.delete(id))),
      clear: (account) =>
        io(() => {
          for (const [id, one] of this.stored) if (one.accountId === account) this.stored.delete(id);
        }),
    };
  }

  /** Runs all microtasks that are ready. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
  }

  async run(ms: number): Promise<void> {
    const until = this.time + ms;
    await this.settle();
    for (;;) {
      const next = this.timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = next.at;
      this.timers = this.timers.filter((one) => one !== next);
      next.run();
      await this.settle();
    }
    this.time = until;
  }
}

class Tab {
  acked: string[] = [];
  count = 0;
  isCrashed = false;
  outbox: Outbox;
  #releaseLocks: (() => void)[] = [];

  readonly browser: Browser;

  constructor(browser: Browser, accountId = "ann") {
    this.browser = browser;
    browser.tabs.push(this);
    this.outbox = createOutbox({
      accountId,
      store: this.#crashable(browser.store()),
      exclusive: (name, run) => this.#exclusive(name, run),
      send: async (entry) => {
        if (!browser.isStorageBroken && !browser.stored.has(entry.clientId))
          browser.unstored.push(entry.clientId);
        return await this.#untilCrash(browser.server.send(entry));
      },
      isOwnSession: () => browser.account === accountId,
      isOnline: () => browser.isOnline,
      now: () => browser.time,
      random: () => 0,
      setTimer: (run, ms) => {
        const timer = { at: browser.time + ms, run: () => !this.isCrashed && run() };
        browser.timers.push(timer);
        return timer;
      },
      clearTimer: (timer) => {
        browser.timers = browser.timers.filter((one) => one !== timer);
      },
      notifyTabs: () => {
        for (const other of browser.tabs) {
          if (other !== this && !other.isCrashed) queueMicrotask(() => void other.outbox.onStoreChanged());
        }
      },
      onAcked: (entry) => this.acked.push(entry.clientId),
      onCount: (count) => {
        this.count = count;
      },
    });
  }

  /** The tab crashes: its code stops and its locks are released. */
  crash(): void {
    this.isCrashed = true;
    for (const release of this.#releaseLocks) release();
  }

  async #untilCrash<T>(promise: Promise<T>): Promise<T> {
    const result = await promise;
    if (this.isCrashed) await new Promise(() => {});
    return result;
  }

  #crashable(store: OutboxStore): OutboxStore {
    return {
      all: (id) => this.#untilCrash(store.all(id)),
      put: (entry) => this.#untilCrash(store.put(entry)),
      change: (id, change) => this.#untilCrash(store.change(id, change)),
      remove: (ids) => this.#untilCrash(store.remove(ids)),
      clear: (id) => this.#untilCrash(store.clear(id)),
    };
  }

  async #exclusive(name: string, run: () => Promise<void>): Promise<void> {
    const before = this.browser.locks.get(name) ?? Promise.resolve();
    const crash = new Promise<void>((resolve) => this.#releaseLocks.push(resolve));
    const mine = before.then(() => (this.isCrashed ? undefined : Promise.race([run(), crash])));
    this.browser.locks.set(
      name,
      mine.catch(() => {}),
    );
    await mine;
  }

  write(clientId: string, conversationId = "c1"): void {
    void this.outbox.add({ clientId, conversationId, body: `body of ${clientId}`, replyTo: null });
  }

  states(conversationId = "c1"): string[] {
    return this.outbox.entriesOf(conversationId).map((one) => `${one.clientId} ${one.state}`);
  }
}

let browser: Browser;
let tab: Tab;
beforeEach(() => {
  browser = new Browser();
  tab = new Tab(browser);
});

afterEach(() => {
  expect(browser.unstored).toEqual([]);
});

/** Delays the next response until the test resolves or rejects it. */
function held(browser: Browser) {
  let answer = () => {};
  let fail = (_error: Error) => {};
  browser.server.faults.push(
    (entry) =>
      new Promise((resolve, reject) => {
        answer = () => resolve(browser.server.take(entry));
        fail = reject;
      }),
  );
  return { answer: () => answer(), fail: (error: Error) => fail(error) };
}

describe("the outbox", () => {
  it("shows a message at once, stores it before it is first sent, removes it when the server has it", async () => {
    const request = held(browser);
    tab.write("a");
    expect(tab.states()).toEqual(["a sending"]);
    expect(browser.server.calls).toEqual([]);
    await browser.settle();
    expect([...browser.stored.keys()]).toEqual(["a"]);
    expect(browser.server.calls).toEqual(["a"]);
    expect(tab.count).toBe(1);
    request.answer();
    await browser.settle();
    expect(tab.states()).toEqual([]);
    expect(browser.stored.size).toBe(0);
    expect(tab.acked).toEqual(["a"]);
    expect(tab.count).toBe(0);
  });

  it("sends in the order of writing, one at a time, however long the answers take", async () => {
    const request = held(browser);
    for (const id of ["a", "b", "c"]) tab.write(id);
    await browser.settle();
    expect(browser.server.calls).toEqual(["a"]);
    request.answer();
    await browser.settle();
    expect(browser.server.log).toEqual(["a", "b", "c"]);
    expect(browser.server.calls).toEqual(["a", "b", "c"]);
  });

  it("keeps the order when the first one fails by the network", async () => {
    browser.server.faults.push(() => Promise.reject(networkError(null)));
    for (const id of ["a", "b"]) tab.write(id);
    await browser.settle();
    expect(tab.states()).toEqual(["a waiting", "b waiting"]);
    tab.write("c");
    await browser.run(60_000);
    expect(browser.server.log).toEqual(["a", "b", "c"]);
  });

  it("sends the messages of different conversations independently", async () => {
    held(browser);
    tab.write("a", "c1");
    await browser.settle();
    tab.write("b", "c2");
    await browser.settle();
    expect(browser.server.log).toEqual(["b"]);
  });

  it("after a crash between request and answer sends the same message again, and the server has it once", async () => {
    browser.server.faults.push((entry) => {
      browser.server.take(entry);
      tab.crash();
      return new Promise(() => {});
    });
    tab.write("a");
    await browser.settle();
    expect(browser.stored.size).toBe(1);
    const next = new Tab(browser);
    await next.outbox.wake();
    await browser.settle();
    expect(browser.server.calls).toEqual(["a", "a"]);
    expect(browser.server.log).toEqual(["a"]);
    expect(browser.stored.size).toBe(0);
    expect(next.acked).toEqual(["a"]);
  });

  it("marks unsent messages as waiting, retries with growing delays, and at once when the network is back", async () => {
    browser.isOnline = false;
    browser.server.faults = Array.from({ length: 4 }, () => () => Promise.reject(networkError(null)));
    tab.write("a");
    // "waiting" is shown only after it is stored.
    expect(tab.states()).toEqual(["a sending"]);
    await browser.settle();
    expect(tab.states()).toEqual(["a waiting"]);
    await browser.run(3_500);
    expect(browser.server.calls).toHaveLength(4);
    browser.server.faults.push(() => Promise.reject(networkError(null)));
    await browser.run(1_000);
    browser.isOnline = true;
    await tab.outbox.wake();
    await browser.settle();
    expect(browser.server.log).toEqual(["a"]);
    expect(browser.timers).toEqual([]);
  });

  it("waits as long as Retry-After asks for", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("RATE_LIMITED", 429, 7)));
    tab.write("a");
    await browser.run(6_000);
    expect(browser.server.calls).toHaveLength(1);
    expect(tab.states()).toEqual(["a waiting"]);
    await browser.run(2_000);
    expect(browser.server.log).toEqual(["a"]);
  });

  it("keeps a refused message with its code, continues with the next, and sends it again on retry", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("FORBIDDEN", 403)));
    tab.write("a");
    tab.write("b");
    await browser.run(60_000);
    expect(browser.server.log).toEqual(["b"]);
    expect(tab.outbox.entriesOf("c1")).toMatchObject([{ clientId: "a", state: "failed", code: "FORBIDDEN" }]);
    expect(tab.count).toBe(1);
    await tab.outbox.retry("a");
    await browser.settle();
    expect(browser.server.log).toEqual(["b", "a"]);
  });

  it("removes a discarded message, also while it waits for a retry", async () => {
    browser.server.faults.push(() => Promise.reject(networkError(null)));
    tab.write("a");
    await browser.settle();
    await tab.outbox.discard("a");
    await browser.run(60_000);
    expect(browser.server.calls).toEqual(["a"]);
    expect(browser.stored.size).toBe(0);
    expect(tab.states()).toEqual([]);
  });

  it("does not restore a message that was discarded while its request was failing", async () => {
    const request = held(browser);
    tab.write("a");
    await browser.settle();
    await tab.outbox.discard("a");
    request.fail(networkError(null));
    await browser.run(60_000);
    expect(tab.states()).toEqual([]);
    expect(browser.stored.size).toBe(0);
    expect(browser.server.calls).toEqual(["a"]);
  });

  it("does not restore a message that was discarded while the store was being read", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("FORBIDDEN", 403)));
    tab.write("a");
    await browser.settle();
    let free = () => {};
    browser.storageReady = new Promise((resolve) => {
      free = resolve;
    });
    void tab.outbox.onStoreChanged();
    await browser.settle();
    const shown: string[][] = [];
    tab.outbox.subscribe(() => shown.push(tab.states()));
    void tab.outbox.discard("a");
    free();
    await browser.settle();
    expect(shown.flat()).toEqual([]);
    expect(tab.states()).toEqual([]);
  });

  it("removes a message when the room's event confirms it", async () => {
    held(browser);
    tab.write("a");
    await browser.settle();
    tab.outbox.confirm(["a", "unknown"]);
    await browser.settle();
    expect(tab.states()).toEqual([]);
    expect(browser.stored.size).toBe(0);
  });

  it("sends nothing while another account is signed in, and continues when its own is back", async () => {
    browser.account = "ben";
    tab.write("a");
    await browser.run(60_000);
    expect(browser.server.calls).toEqual([]);
    const bens = new Tab(browser, "ben");
    await bens.outbox.wake();
    await browser.settle();
    expect(bens.states()).toEqual([]);
    expect(browser.server.calls).toEqual([]);
    browser.account = "ann";
    await tab.outbox.wake();
    await browser.settle();
    expect(browser.server.log).toEqual(["a"]);
  });

  it("does not retry when the session has ended", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("SESSION_EXPIRED", 401)));
    tab.write("a");
    await browser.run(600_000);
    expect(browser.server.calls).toHaveLength(1);
    expect(tab.states()).toEqual(["a waiting"]);
  });

  it("clears an account's messages and keeps those of other accounts", async () => {
    browser.account = null;
    const bens = new Tab(browser, "ben");
    tab.write("a");
    bens.write("b");
    await browser.settle();
    await tab.outbox.clear();
    await browser.settle();
    expect([...browser.stored.keys()]).toEqual(["b"]);
    expect(tab.count).toBe(0);
  });

  it("works without storage as long as the tab is open", async () => {
    browser.isStorageBroken = true;
    browser.server.faults.push(() => Promise.reject(networkError(null)));
    tab.write("a");
    await browser.settle();
    expect(tab.states()).toEqual(["a waiting"]);
    await browser.run(60_000);
    expect(browser.server.log).toEqual(["a"]);
    expect(tab.states()).toEqual([]);
  });
});

describe("several tabs", () => {
  it("show each other's messages, and each is sent once", async () => {
    const other = new Tab(browser);
    const request = held(browser);
    tab.write("a");
    await browser.settle();
    expect(other.states()).toEqual(["a sending"]);
    other.write("b");
    await browser.settle();
    expect(tab.states()).toEqual(["a sending", "b sending"]);
    expect(browser.server.calls).toEqual(["a"]);
    request.answer();
    await browser.run(60_000);
    expect(browser.server.calls).toEqual(["a", "b"]);
    expect(other.states()).toEqual([]);
    expect(tab.states()).toEqual([]);
  });

  it("keep the order of writing across tabs", async () => {
    const other = new Tab(browser);
    const request = held(browser);
    tab.write("a");
    await browser.settle();
    for (const [index, id] of ["b", "c", "d", "e"].entries()) {
      browser.time += 1;
      (index % 2 ? tab : other).write(id);
      await browser.settle();
    }
    request.answer();
    await browser.run(60_000);
    expect(browser.server.log).toEqual(["a", "b", "c", "d", "e"]);
    expect(browser.server.calls).toHaveLength(5);
  });

  it("send what a closed tab left, without being woken", async () => {
    const other = new Tab(browser);
    held(browser);
    tab.write("a");
    await browser.settle();
    tab.crash();
    await browser.run(60_000);
    expect(browser.server.calls).toEqual(["a", "a"]);
    expect(browser.server.log).toEqual(["a"]);
    expect(other.states()).toEqual([]);
  });

  it("do not flood a server that is unavailable", async () => {
    const others = [new Tab(browser), new Tab(browser)];
    browser.server.faults = Array.from(
      { length: 1_000 },
      () => () => Promise.reject(refusal("UNAVAILABLE", 503)),
    );
    tab.write("a");
    await browser.run(60_000);
    expect(others[0]?.states()).toEqual(["a waiting"]);
    // Three tabs, each at most once a second, even if the random backoff is minimal.
    expect(browser.server.calls.length).toBeLessThanOrEqual(3 * 61);
  });

  it("show each other's refused and discarded messages", async () => {
    const other = new Tab(browser);
    browser.server.faults.push(() => Promise.reject(refusal("CONFLICT", 409)));
    tab.write("a");
    await browser.run(1_000);
    expect(other.states()).toEqual(["a failed"]);
    await other.outbox.discard("a");
    await browser.settle();
    expect(tab.states()).toEqual([]);
    expect(browser.stored.size).toBe(0);
  });
});
