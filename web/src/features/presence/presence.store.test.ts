import { beforeEach, describe, expect, it } from "vitest";
import { IDS_MAX } from "../../../../party/protocol/limits.ts";
import type { Presence } from "../../realtime/views.ts";
import { ASK_AGAIN_MS, createPresenceStore, type PresenceStore, WATCH_AFTER_MS } from "./presence.store.ts";

const here: Presence = { isOnline: true, lastSeenAt: null };
const away: Presence = { isOnline: false, lastSeenAt: "2026-01-01T00:00:00.000Z" };

let time: number;
let timers: { at: number; run: () => void }[];
let watched: (readonly string[])[];
let asked: (readonly string[])[];
let isUp: boolean;
let answer: () => Promise<Record<string, Presence>>;
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
  watched = [];
  asked = [];
  isUp = true;
  answer = async () => ({});
  store = createPresenceStore({
    watch: (ids) => {
      if (isUp) watched.push(ids);
      return isUp;
    },
    query: (ids) => {
      asked.push(ids);
      return answer();
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

describe("presence on a tab", () => {
  it("watches everybody who is shown anywhere with one word, and tells a change of the set only", async () => {
    const hides = [store.show(["ben"]), store.show(["cid", "ben"])];
    await run(WATCH_AFTER_MS);
    expect(watched).toEqual([["ben", "cid"]]);
    hides[0]?.();
    await run(WATCH_AFTER_MS);
    expect(watched).toHaveLength(1);
    hides[1]?.();
    await run(WATCH_AFTER_MS);
    expect(watched.at(-1)).toEqual([]);
  });

  it("asks for nothing when a list is drawn again", async () => {
    const hide = store.show(["ben"]);
    await run(WATCH_AFTER_MS);
    hide();
    store.show(["ben"]);
    await run(WATCH_AFTER_MS);
    expect(watched).toHaveLength(1);
  });

  it("says the whole set again to each new socket", async () => {
    store.show(["ben"]);
    await run(WATCH_AFTER_MS);
    store.welcome();
    await run(WATCH_AFTER_MS);
    expect(watched).toEqual([["ben"], ["ben"]]);
  });

  it("knows what it was told of those it shows, and forgets who is shown no more", async () => {
    const hide = store.show(["ben"]);
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    store.hear([
      { userId: "ben", ...here },
      { userId: "cid", ...here },
    ]);
    expect([store.get("ben"), store.get("cid"), told]).toEqual([here, undefined, 1]);
    store.hear([{ userId: "ben", ...away }]);
    expect(store.get("ben")).toEqual(away);
    hide();
    await run(WATCH_AFTER_MS);
    expect(store.get("ben")).toBeUndefined();
  });

  it("never watches more than the room allows: the last shown win", async () => {
    store.show(Array.from({ length: IDS_MAX + 5 }, (_, index) => `p${index}`));
    await run(WATCH_AFTER_MS);
    expect(watched[0]).toHaveLength(IDS_MAX);
    expect(watched[0]?.at(-1)).toBe(`p${IDS_MAX + 4}`);
  });

  it("asks by request while no socket is up, again and again, and stops when one is", async () => {
    isUp = false;
    answer = async () => ({ ben: here });
    store.show(["ben"]);
    await run(WATCH_AFTER_MS);
    expect(store.get("ben")).toEqual(here);
    answer = () => Promise.reject(new Error("away"));
    await run(ASK_AGAIN_MS);
    await run(ASK_AGAIN_MS);
    expect(asked).toHaveLength(3);
    isUp = true;
    store.welcome();
    await run(WATCH_AFTER_MS);
    await run(10 * ASK_AGAIN_MS);
    expect(asked).toHaveLength(3);
    expect(watched).toEqual([["ben"]]);
  });

  it("takes no late answer over what a socket has told since", async () => {
    isUp = false;
    let late = (_value: Record<string, Presence>) => {};
    answer = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    store.show(["ben"]);
    await run(WATCH_AFTER_MS);
    isUp = true;
    store.welcome();
    await run(WATCH_AFTER_MS);
    store.hear([{ userId: "ben", ...away }]);
    late({ ben: here });
    await run(0);
    expect(store.get("ben")).toEqual(away);
  });

  it("keeps nothing for the next account", async () => {
    store.show(["ben"]);
    store.hear([{ userId: "ben", ...here }]);
    store.forget();
    expect(store.get("ben")).toBeUndefined();
  });
});
