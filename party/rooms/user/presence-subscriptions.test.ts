// What tabs receive when shards are slow, fail, or send updates before their own answers.
import type { Connection } from "partyserver";
import { describe, expect, test } from "vitest";
import type { PresenceOf } from "../../../db/views/presence.view.ts";
import type { PartyEnv } from "../../env.ts";
import type { PresenceUpdate } from "../../rpc.ts";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import type { PresenceContext, TabState } from "./presence-context.ts";
import { PresenceSubscriptions } from "./presence-subscriptions.ts";

// The first two are of one shard, the others of one each.
const [ANN, BEN, CEM, DAN] = ["ann-1", "ben-1", "cem-2", "dan-3"];
const view = (userId: string, isOnline: boolean) => ({ userId, isOnline, lastSeenAt: null });
const turn = () => new Promise((resolve) => setTimeout(resolve));

interface Call {
  shard: string;
  add: string[];
  remove: string[];
  answer(states: PresenceUpdate): Promise<unknown>;
  fail(): Promise<unknown>;
}

interface Tab {
  id: string;
  state: TabState | null;
  received: { userId: string; isOnline: boolean }[][];
}

function createSubscriptions(stored?: (ids: string[]) => Promise<PresenceOf[]>) {
  const calls: Call[] = [];
  const tabs: Tab[] = [];
  const pending: (() => void)[] = [];
  const sql = memorySql();
  const deps = { now: () => 1_000, newId: () => "" };
  const subscribe = (shard: string) => (_: string, add: string[], remove: string[]) =>
    new Promise<PresenceUpdate>((resolve, reject) => {
      calls.push({
        shard,
        add,
        remove,
        answer: (states) => {
          resolve(states);
          return turn();
        },
        fail: () => {
          reject(new Error("away"));
          return turn();
        },
      });
    });
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({ subscribe: subscribe(name) }),
  };
  const jobs = fakeScheduler();
  const context: PresenceContext = {
    env: { PresenceRoom: namespace } as unknown as PartyEnv,
    kv: undefined as never,
    jobs: {
      announce: jobs.scheduler.durableJob("announce", () => {}),
      resubscribe: jobs.scheduler.durableJob("resubscribe", () => {}),
    },
    userId: () => "me",
    now: deps.now,
    sockets: () => tabs as unknown as Connection<TabState>[],
    aliveAt: () => 0,
    send: (tab, text) => (tab as unknown as Tab).received.push(JSON.parse(text).data.people),
    readStored: stored ?? (() => Promise.reject(new Error("Postgres is away"))),
    later: (_, work) => {
      pending.push(work);
      return () => undefined;
    },
    background: (work) => void work,
    report: () => undefined,
  };
  const subscriptions = new PresenceSubscriptions(sql, context);
  const open = (id: string) => {
    const tab = {
      id,
      state: null as TabState | null,
      received: [] as Tab["received"],
      setState: (set: (before: TabState | null) => TabState) => {
        tab.state = set(tab.state);
      },
    };
    tabs.push(tab);
    const send = async (...ids: string[]) => {
      subscriptions.replaceSet(tab as unknown as Connection<TabState>, ids);
      await turn();
    };
    const close = () => {
      tabs.splice(tabs.indexOf(tab), 1);
      subscriptions.onClose(tab as unknown as Connection<TabState>);
    };
    return Object.assign(tab, { send, close });
  };
  const passTime = async () => {
    for (const work of pending.splice(0)) work();
    await turn();
  };
  return { calls, open, subscriptions, passTime, jobs: context.jobs };
}

describe("an answer", () => {
  test("is one signal with the people of all shards", async () => {
    const { calls, open } = createSubscriptions();
    const tab = open("tab");
    await tab.send(ANN, CEM, BEN);
    expect(calls.map(({ add }) => add)).toEqual([[ANN, BEN], [CEM]]);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true), view(BEN, false)] });
    expect(tab.received).toEqual([]);
    await calls[1]?.answer({ rev: 9, people: [view(CEM, true)] });
    expect(tab.received).toEqual([[view(ANN, true), view(BEN, false), view(CEM, true)]]);
  });

  test("does not replace a newer update that arrived before it", async () => {
    const { calls, open, subscriptions } = createSubscriptions();
    const tab = open("tab");
    await tab.send(ANN, BEN);
    // The shard answered at rev 5, Ann came online at rev 6, and the update arrived first.
    subscriptions.onUpdate({ rev: 6, people: [view(ANN, true)] });
    await calls[0]?.answer({ rev: 5, people: [view(ANN, false), view(BEN, true)] });
    expect(tab.received).toEqual([[view(ANN, true)], [view(BEN, true)]]);
  });

  test("is for the last set when the set changed while shards were called", async () => {
    const { calls, open } = createSubscriptions();
    const tab = open("tab");
    await tab.send(ANN);
    await tab.send(BEN);
    await tab.send(CEM);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true)] });
    expect(calls).toHaveLength(2);
    expect(tab.received).toEqual([]);
    await calls[1]?.answer({ rev: 2, people: [view(CEM, true)] });
    expect(tab.received).toEqual([[view(CEM, true)]]);
  });

  test("leaves out the people of a shard that fails while Postgres fails too, and has them after a resubscribe", async () => {
    const { calls, open, subscriptions, jobs } = createSubscriptions();
    const tab = open("tab");
    await tab.send(ANN, CEM);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true)] });
    await calls[1]?.fail();
    expect(tab.received).toEqual([[view(ANN, true)]]);
    expect(jobs.resubscribe.isPending).toBe(true);
    await subscriptions.resubscribe();
    await turn();
    await calls[2]?.answer({ rev: 2, people: [view(ANN, true)] });
    await calls[3]?.answer({ rev: 2, people: [view(CEM, true)] });
    expect(tab.received[1]).toEqual([view(ANN, true), view(CEM, true)]);
  });
});

describe("a shard that does not answer", () => {
  test("is replaced by what Postgres stored, in one query for all such shards", async () => {
    const queries: string[][] = [];
    const { calls, open, subscriptions } = createSubscriptions(async (ids) => {
      queries.push(ids);
      return ids.map((userId) => ({ userId, isOnline: false, lastSeenAt: "2026-11-20T10:00:00.000Z" }));
    });
    const tab = open("tab");
    await tab.send(ANN, CEM, DAN);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true)] });
    await calls[1]?.fail();
    // An update that arrives meanwhile is newer than what is stored.
    subscriptions.onUpdate({ rev: 2, people: [view(DAN, true)] });
    await calls[2]?.fail();
    expect(queries).toEqual([[CEM, DAN]]);
    expect(tab.received.at(-1)).toEqual([
      view(ANN, true),
      { userId: CEM, isOnline: false, lastSeenAt: "2026-11-20T10:00:00.000Z" },
    ]);
  });
});

describe("a set", () => {
  test("that no tab uses any more is unsubscribed, without the people in another tab's set", async () => {
    const { calls, open, subscriptions, passTime } = createSubscriptions();
    const [one, other] = [open("one"), open("other")];
    await one.send(ANN, BEN);
    await calls[0]?.answer({ rev: 1, people: [] });
    await other.send(BEN);
    await calls[1]?.answer({ rev: 2, people: [] });
    one.close();
    expect(subscriptions.onUpdate({ rev: 3, people: [view(ANN, true), view(BEN, true)] })).toEqual([ANN]);
    await passTime();
    expect(calls[2]).toMatchObject({ add: [], remove: [ANN] });
  });

  test("of a tab that reconnects in time is not unsubscribed", async () => {
    const { calls, open, passTime } = createSubscriptions();
    const tab = open("tab");
    await tab.send(ANN);
    await calls[0]?.answer({ rev: 1, people: [] });
    tab.close();
    const again = open("again");
    await again.send(ANN);
    await calls[1]?.answer({ rev: 2, people: [] });
    await passTime();
    expect(calls.filter(({ remove }) => remove.length > 0)).toEqual([]);
  });
});
