import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError, networkError } from "../../../api/api-error.ts";
import type { MessageAck } from "../../../realtime/views.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { OutboxEntry, OutboxStore } from "./outbox.types.ts";

const refusal = (code: string, status: number, retryAfterS: number | null = null) =>
  new ApiError({ status, code, message: "", retryAfterS });

/** A server that knows every message by its client id, as the room does. */
class Server {
  log: string[] = [];
  calls: string[] = [];
  /** Answers instead of the usual, once each, in order. */
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

/** What the tabs of a browser share: a disk, a clock, locks, a channel. */
class Browser {
  disk = new Map<string, OutboxEntry>();
  isDiskBroken = false;
  diskIsFree = Promise.resolve();
  #lastIo: Promise<unknown> = Promise.resolve();
  /** Tried before they were written down: there must be none. */
  unwritten: string[] = [];
  server = new Server();
  tabs: Tab[] = [];
  account: string | null = "ann";
  isOnline = true;
  time = 1_000;
  timers: { at: number; run: () => void }[] = [];
  locks = new Map<string, Promise<void>>();

  store(): OutboxStore {
    // One after another, and none at once, as IndexedDB does it.
    const io = async <T>(work: () => T): Promise<T> => {
      const before = this.#lastIo;
      const done = (async () => {
        await before;
        await this.diskIsFree;
        if (this.isDiskBroken) throw new Error("no disk");
        return work();
      })();
      this.#lastIo = done.catch(() => {});
      return await done;
    };
    return {
      all: (account) => io(() => [...this.disk.values()].filter((one) => one.accountId === account)),
      put: (entry) => io(() => void this.disk.set(entry.clientId, entry)),
      change: (id, change) =>
        io(() => {
          const known = this.disk.get(id);
          if (known) this.disk.set(id, { ...known, ...change });
        }),
      remove: (ids) => io(() => ids.forEach((id) => void this.disk.delete(id))),
      clear: (account) =>
        io(() => {
          for (const [id, one] of this.disk) if (one.accountId === account) this.disk.delete(id);
        }),
    };
  }

  /** Lets every promise that can settle do so. */
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
  isDead = false;
  outbox: Outbox;
  #letGo: (() => void)[] = [];

  readonly browser: Browser;

  constructor(browser: Browser, accountId = "ann") {
    this.browser = browser;
    browser.tabs.push(this);
    this.outbox = createOutbox({
      accountId,
      store: this.#mortal(browser.store()),
      exclusive: (name, run) => this.#exclusive(name, run),
      send: async (entry) => {
        if (!browser.isDiskBroken && !browser.disk.has(entry.clientId))
          browser.unwritten.push(entry.clientId);
        return await this.#mortalPromise(browser.server.send(entry));
      },
      isOwnSession: () => browser.account === accountId,
      isOnline: () => browser.isOnline,
      now: () => browser.time,
      random: () => 0,
      setTimer: (run, ms) => {
        const timer = { at: browser.time + ms, run: () => !this.isDead && run() };
        browser.timers.push(timer);
        return timer;
      },
      clearTimer: (timer) => {
        browser.timers = browser.timers.filter((one) => one !== timer);
      },
      notifyTabs: () => {
        for (const other of browser.tabs) {
          if (other !== this && !other.isDead) queueMicrotask(() => void other.outbox.onStoreChanged());
        }
      },
      onAcked: (entry) => this.acked.push(entry.clientId),
      onCount: (count) => {
        this.count = count;
      },
    });
  }

  /** The tab dies: nothing of its goes on, and its locks are free. */
  die(): void {
    this.isDead = true;
    for (const letGo of this.#letGo) letGo();
  }

  async #mortalPromise<T>(promise: Promise<T>): Promise<T> {
    const result = await promise;
    if (this.isDead) await new Promise(() => {});
    return result;
  }

  #mortal(store: OutboxStore): OutboxStore {
    return {
      all: (id) => this.#mortalPromise(store.all(id)),
      put: (entry) => this.#mortalPromise(store.put(entry)),
      change: (id, change) => this.#mortalPromise(store.change(id, change)),
      remove: (ids) => this.#mortalPromise(store.remove(ids)),
      clear: (id) => this.#mortalPromise(store.clear(id)),
    };
  }

  async #exclusive(name: string, run: () => Promise<void>): Promise<void> {
    const before = this.browser.locks.get(name) ?? Promise.resolve();
    const death = new Promise<void>((resolve) => this.#letGo.push(resolve));
    const mine = before.then(() => (this.isDead ? undefined : Promise.race([run(), death])));
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
  expect(browser.unwritten).toEqual([]);
});

/** An answer that comes when the test says so. */
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
  it("shows a message at once, writes it down before its first try, forgets it when the server has it", async () => {
    const wire = held(browser);
    tab.write("a");
    expect(tab.states()).toEqual(["a sending"]);
    expect(browser.server.calls).toEqual([]);
    await browser.settle();
    expect([...browser.disk.keys()]).toEqual(["a"]);
    expect(browser.server.calls).toEqual(["a"]);
    expect(tab.count).toBe(1);
    wire.answer();
    await browser.settle();
    expect(tab.states()).toEqual([]);
    expect(browser.disk.size).toBe(0);
    expect(tab.acked).toEqual(["a"]);
    expect(tab.count).toBe(0);
  });

  it("gives out in the order of writing, one at a time, whatever the answers take", async () => {
    const wire = held(browser);
    for (const id of ["a", "b", "c"]) tab.write(id);
    await browser.settle();
    expect(browser.server.calls).toEqual(["a"]);
    wire.answer();
    await browser.settle();
    expect(browser.server.log).toEqual(["a", "b", "c"]);
    expect(browser.server.calls).toEqual(["a", "b", "c"]);
  });

  it("keeps the order when the first is held up by the network", async () => {
    browser.server.faults.push(() => Promise.reject(networkError(null)));
    for (const id of ["a", "b"]) tab.write(id);
    await browser.settle();
    expect(tab.states()).toEqual(["a waiting", "b waiting"]);
    tab.write("c");
    await browser.run(60_000);
    expect(browser.server.log).toEqual(["a", "b", "c"]);
  });

  it("does not let one conversation wait for another", async () => {
    held(browser);
    tab.write("a", "c1");
    await browser.settle();
    tab.write("b", "c2");
    await browser.settle();
    expect(browser.server.log).toEqual(["b"]);
  });

  it("after a crash between the try and its answer, the next start sends the same message: once", async () => {
    browser.server.faults.push((entry) => {
      browser.server.take(entry);
      tab.die();
      return new Promise(() => {});
    });
    tab.write("a");
    await browser.settle();
    expect(browser.disk.size).toBe(1);
    const next = new Tab(browser);
    await next.outbox.wake();
    await browser.settle();
    expect(browser.server.calls).toEqual(["a", "a"]);
    expect(browser.server.log).toEqual(["a"]);
    expect(browser.disk.size).toBe(0);
    expect(next.acked).toEqual(["a"]);
  });

  it("says what waits, tries again with growing pauses, and at once when the network is back", async () => {
    browser.isOnline = false;
    browser.server.faults = Array.from({ length: 4 }, () => () => Promise.reject(networkError(null)));
    tab.write("a");
    // Nothing is promised before it is written down.
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

  it("waits as long as a server that is too busy asks for", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("RATE_LIMITED", 429, 7)));
    tab.write("a");
    await browser.run(6_000);
    expect(browser.server.calls).toHaveLength(1);
    expect(tab.states()).toEqual(["a waiting"]);
    await browser.run(2_000);
    expect(browser.server.log).toEqual(["a"]);
  });

  it("keeps a refused one with its reason, goes on with the next, and sends it again when asked to", async () => {
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

  it("forgets a discarded one, also while it waits for another try", async () => {
    browser.server.faults.push(() => Promise.reject(networkError(null)));
    tab.write("a");
    await browser.settle();
    await tab.outbox.discard("a");
    await browser.run(60_000);
    expect(browser.server.calls).toEqual(["a"]);
    expect(browser.disk.size).toBe(0);
    expect(tab.states()).toEqual([]);
  });

  it("does not bring back a message that was discarded while its try was failing", async () => {
    const wire = held(browser);
    tab.write("a");
    await browser.settle();
    await tab.outbox.discard("a");
    wire.fail(networkError(null));
    await browser.run(60_000);
    expect(tab.states()).toEqual([]);
    expect(browser.disk.size).toBe(0);
    expect(browser.server.calls).toEqual(["a"]);
  });

  it("does not bring back what was discarded while the disk was being read", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("FORBIDDEN", 403)));
    tab.write("a");
    await browser.settle();
    let free = () => {};
    browser.diskIsFree = new Promise((resolve) => {
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

  it("takes the room's own event for the answer", async () => {
    held(browser);
    tab.write("a");
    await browser.settle();
    tab.outbox.confirm(["a", "unknown"]);
    await browser.settle();
    expect(tab.states()).toEqual([]);
    expect(browser.disk.size).toBe(0);
  });

  it("sends nothing while another account is signed in, and all when its own is back", async () => {
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

  it("waits without knocking when the session has ended", async () => {
    browser.server.faults.push(() => Promise.reject(refusal("SESSION_EXPIRED", 401)));
    tab.write("a");
    await browser.run(600_000);
    expect(browser.server.calls).toHaveLength(1);
    expect(tab.states()).toEqual(["a waiting"]);
  });

  it("leaves nothing of an account that signs out, and what others keep alone", async () => {
    browser.account = null;
    const bens = new Tab(browser, "ben");
    tab.write("a");
    bens.write("b");
    await browser.settle();
    await tab.outbox.clear();
    await browser.settle();
    expect([...browser.disk.keys()]).toEqual(["b"]);
    expect(tab.count).toBe(0);
  });

  it("works without storage for as long as the tab lives", async () => {
    browser.isDiskBroken = true;
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
  it("see each other's messages, and each is sent once", async () => {
    const other = new Tab(browser);
    const wire = held(browser);
    tab.write("a");
    await browser.settle();
    expect(other.states()).toEqual(["a sending"]);
    other.write("b");
    await browser.settle();
    expect(tab.states()).toEqual(["a sending", "b sending"]);
    expect(browser.server.calls).toEqual(["a"]);
    wire.answer();
    await browser.run(60_000);
    expect(browser.server.calls).toEqual(["a", "b"]);
    expect(other.states()).toEqual([]);
    expect(tab.states()).toEqual([]);
  });

  it("keep the order of writing across tabs", async () => {
    const other = new Tab(browser);
    const wire = held(browser);
    tab.write("a");
    await browser.settle();
    for (const [index, id] of ["b", "c", "d", "e"].entries()) {
      browser.time += 1;
      (index % 2 ? tab : other).write(id);
      await browser.settle();
    }
    wire.answer();
    await browser.run(60_000);
    expect(browser.server.log).toEqual(["a", "b", "c", "d", "e"]);
    expect(browser.server.calls).toHaveLength(5);
  });

  it("finish what a tab that died left, without being asked", async () => {
    const other = new Tab(browser);
    held(browser);
    tab.write("a");
    await browser.settle();
    tab.die();
    await browser.run(60_000);
    expect(browser.server.calls).toEqual(["a", "a"]);
    expect(browser.server.log).toEqual(["a"]);
    expect(other.states()).toEqual([]);
  });

  it("do not storm a server that is away", async () => {
    const others = [new Tab(browser), new Tab(browser)];
    browser.server.faults = Array.from(
      { length: 1_000 },
      () => () => Promise.reject(refusal("UNAVAILABLE", 503)),
    );
    tab.write("a");
    await browser.run(60_000);
    expect(others[0]?.states()).toEqual(["a waiting"]);
    // Three tabs, each no more often than once a second even where chance allows the least of waits.
    expect(browser.server.calls.length).toBeLessThanOrEqual(3 * 61);
  });

  it("hear when one is refused or discarded", async () => {
    const other = new Tab(browser);
    browser.server.faults.push(() => Promise.reject(refusal("CONFLICT", 409)));
    tab.write("a");
    await browser.run(1_000);
    expect(other.states()).toEqual(["a failed"]);
    await other.outbox.discard("a");
    await browser.settle();
    expect(tab.states()).toEqual([]);
    expect(browser.disk.size).toBe(0);
  });
});
