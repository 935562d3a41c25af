import { beforeEach, describe, expect, it } from "vitest";
import { IDS_MAX } from "../../../../party/protocol/limits.ts";
import type { Presence } from "../../realtime/views.ts";
import {
  createPresenceStore,
  POLL_INTERVAL_MS,
  type PresenceStore,
  SUBSCRIBE_DELAY_MS,
} from "./presence-store.ts";

const online: Presence = { isOnline: true, lastSeenAt: null };
const offline: Presence = { isOnline: false, lastSeenAt: "2026-01-01T00:00:00.000Z" };

let time: number;
let timers: { at: number; run: () => void }[];
let sent: (readonly string[])[];
let queried: (readonly string[])[];
let isConnected: boolean;
let respond: () => Promise<Record<string, Presence>>;
let store: PresenceStore;

async function run(ms: number): Promise<void> {
  time += ms;
  const due = timers.filter((one) => one.at <= time);
  timers = timers.filter((one) => one.at > time);
  for (const one of due) one.run();
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

beforeEach(() => {
  time = 0;
  timers = [];
  sent = [];
  queried = [];
  isConnected = true;
  respond = async () => ({});
  store = createPresenceStore({
    sendSubscription: (ids) => {
      if (isConnected) sent.push(ids);
      return isConnected;
    },
    query: (ids) => {
      queried.push(ids);
      return respond();
    },
    setTimer: (run, ms) => {
      const timer = { at: time + ms, run };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      timers = timers.filter((one) => one !== timer);
    },
  });
});

describe("the presence store of a tab", () => {
  it("subscribes to everybody who is shown with one command, and sends only changes", async () => {
    const unsubscribe = [store.subscribeTo(["ben"]), store.subscribeTo(["cid", "ben"])];
    await run(SUBSCRIBE_DELAY_MS);
    expect(sent).toEqual([["ben", "cid"]]);
    unsubscribe[0]?.();
    await run(SUBSCRIBE_DELAY_MS);
    expect(sent).toHaveLength(1);
    unsubscribe[1]?.();
    await run(SUBSCRIBE_DELAY_MS);
    expect(sent.at(-1)).toEqual([]);
  });

  it("sends nothing when a list is rendered again", async () => {
    const unsubscribe = store.subscribeTo(["ben"]);
    await run(SUBSCRIBE_DELAY_MS);
    unsubscribe();
    store.subscribeTo(["ben"]);
    await run(SUBSCRIBE_DELAY_MS);
    expect(sent).toHaveLength(1);
  });

  it("sends the whole subscription again on each new socket", async () => {
    store.subscribeTo(["ben"]);
    await run(SUBSCRIBE_DELAY_MS);
    store.connected();
    await run(SUBSCRIBE_DELAY_MS);
    expect(sent).toEqual([["ben"], ["ben"]]);
  });

  it("stores the presence of subscribed people, and deletes it after the last subscriber left", async () => {
    const unsubscribe = store.subscribeTo(["ben"]);
    let changes = 0;
    store.onChange(() => {
      changes += 1;
    });
    store.receive([
      { userId: "ben", ...online },
      { userId: "cid", ...online },
    ]);
    expect([store.get("ben"), store.get("cid"), changes]).toEqual([online, undefined, 1]);
    store.receive([{ userId: "ben", ...offline }]);
    expect(store.get("ben")).toEqual(offline);
    unsubscribe();
    await run(SUBSCRIBE_DELAY_MS);
    expect(store.get("ben")).toBeUndefined();
  });

  it("subscribes to at most as many people as the room allows, those added last", async () => {
    store.subscribeTo(Array.from({ length: IDS_MAX + 5 }, (_, index) => `p${index}`));
    await run(SUBSCRIBE_DELAY_MS);
    expect(sent[0]).toHaveLength(IDS_MAX);
    expect(sent[0]?.at(-1)).toBe(`p${IDS_MAX + 4}`);
  });

  it("polls by request while no socket is open, and stops when one is", async () => {
    isConnected = false;
    respond = async () => ({ ben: online });
    store.subscribeTo(["ben"]);
    await run(SUBSCRIBE_DELAY_MS);
    expect(store.get("ben")).toEqual(online);
    respond = () => Promise.reject(new Error("away"));
    await run(POLL_INTERVAL_MS);
    await run(POLL_INTERVAL_MS);
    expect(queried).toHaveLength(3);
    isConnected = true;
    store.connected();
    await run(SUBSCRIBE_DELAY_MS);
    await run(10 * POLL_INTERVAL_MS);
    expect(queried).toHaveLength(3);
    expect(sent).toEqual([["ben"]]);
  });

  it("ignores a late response to a request after a socket sent presence", async () => {
    isConnected = false;
    let late = (_value: Record<string, Presence>) => {};
    respond = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    store.subscribeTo(["ben"]);
    await run(SUBSCRIBE_DELAY_MS);
    isConnected = true;
    store.connected();
    await run(SUBSCRIBE_DELAY_MS);
    store.receive([{ userId: "ben", ...offline }]);
    late({ ben: online });
    await run(0);
    expect(store.get("ben")).toEqual(offline);
  });

  it("deletes everything on a reset", async () => {
    store.subscribeTo(["ben"]);
    store.receive([{ userId: "ben", ...online }]);
    store.reset();
    expect(store.get("ben")).toBeUndefined();
  });
});
