// What tabs hear of those they watch when shards are slow, silent or ahead of their own answers.
import type { Connection } from "partyserver";
import { describe, expect, test } from "vitest";
import type { PartyEnv } from "../../env.ts";
import type { PresenceUpdate } from "../../rpc.ts";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import type { PresenceHost, TabState } from "./presence-host.ts";
import { PresenceWatching } from "./presence-watching.ts";

// Of one shard, and of another.
const [ANN, BEN, CEM] = ["ann-1", "ben-1", "cem-2"];
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
  heard: { userId: string; isOnline: boolean }[][];
}

function rig() {
  const calls: Call[] = [];
  const tabs: Tab[] = [];
  const pending: (() => void)[] = [];
  const sql = memorySql();
  const deps = { now: () => 1_000, newId: () => "" };
  const watch = (shard: string) => (_: string, add: string[], remove: string[]) =>
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
    get: (name: string) => ({ subscribe: watch(name) }),
  };
  const jobs = fakeScheduler();
  const host: PresenceHost = {
    env: { PresenceRoom: namespace } as unknown as PartyEnv,
    kv: undefined as never,
    jobs: {
      announce: jobs.scheduler.durableJob("announce", () => {}),
      ask: jobs.scheduler.durableJob("ask", () => {}),
    },
    userId: () => "me",
    now: deps.now,
    sockets: () => tabs as unknown as Connection<TabState>[],
    aliveAt: () => 0,
    send: (tab, text) => (tab as unknown as Tab).heard.push(JSON.parse(text).data.people),
    later: (_, work) => {
      pending.push(work);
      return () => undefined;
    },
    background: (work) => void work,
    report: () => undefined,
  };
  const watching = new PresenceWatching(sql, host);
  const open = (id: string) => {
    const tab = {
      id,
      state: null as TabState | null,
      heard: [] as Tab["heard"],
      setState: (set: (before: TabState | null) => TabState) => {
        tab.state = set(tab.state);
      },
    };
    tabs.push(tab);
    const say = async (...ids: string[]) => {
      watching.watch(tab as unknown as Connection<TabState>, ids);
      await turn();
    };
    const close = () => {
      tabs.splice(tabs.indexOf(tab), 1);
      watching.closed(tab as unknown as Connection<TabState>);
    };
    return Object.assign(tab, { say, close });
  };
  const passTime = async () => {
    for (const work of pending.splice(0)) work();
    await turn();
  };
  return { calls, open, watching, passTime, jobs: host.jobs };
}

describe("an answer", () => {
  test("comes once from all shards together", async () => {
    const { calls, open } = rig();
    const tab = open("tab");
    await tab.say(ANN, CEM, BEN);
    expect(calls.map(({ add }) => add)).toEqual([[ANN, BEN], [CEM]]);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true), view(BEN, false)] });
    expect(tab.heard).toEqual([]);
    await calls[1]?.answer({ rev: 9, people: [view(CEM, true)] });
    expect(tab.heard).toEqual([[view(ANN, true), view(BEN, false), view(CEM, true)]]);
  });

  test("does not undo what the shard said by itself meanwhile", async () => {
    const { calls, open, watching } = rig();
    const tab = open("tab");
    await tab.say(ANN, BEN);
    // The shard answered at 5, Ann came at 6, and the news was faster.
    watching.hear({ rev: 6, people: [view(ANN, true)] });
    await calls[0]?.answer({ rev: 5, people: [view(ANN, false), view(BEN, true)] });
    expect(tab.heard).toEqual([[view(ANN, true)], [view(BEN, true)]]);
  });

  test("is for the last set, when several were said while the first was asked for", async () => {
    const { calls, open } = rig();
    const tab = open("tab");
    await tab.say(ANN);
    await tab.say(BEN);
    await tab.say(CEM);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true)] });
    expect(calls).toHaveLength(2);
    expect(tab.heard).toEqual([]);
    await calls[1]?.answer({ rev: 2, people: [view(CEM, true)] });
    expect(tab.heard).toEqual([[view(CEM, true)]]);
  });

  test("comes without those of a shard that is away, and with them when it is asked again", async () => {
    const { calls, open, watching, jobs } = rig();
    const tab = open("tab");
    await tab.say(ANN, CEM);
    await calls[0]?.answer({ rev: 1, people: [view(ANN, true)] });
    await calls[1]?.fail();
    expect(tab.heard).toEqual([[view(ANN, true)]]);
    expect(jobs.ask.isPending).toBe(true);
    await watching.askAgain();
    await turn();
    await calls[2]?.answer({ rev: 2, people: [view(ANN, true)] });
    await calls[3]?.answer({ rev: 2, people: [view(CEM, true)] });
    expect(tab.heard[1]).toEqual([view(ANN, true), view(CEM, true)]);
  });
});

describe("a set", () => {
  test("that no tab holds any more is taken back, but not whom another tab watches", async () => {
    const { calls, open, watching, passTime } = rig();
    const [one, other] = [open("one"), open("other")];
    await one.say(ANN, BEN);
    await calls[0]?.answer({ rev: 1, people: [] });
    await other.say(BEN);
    await calls[1]?.answer({ rev: 2, people: [] });
    one.close();
    expect(watching.hear({ rev: 3, people: [view(ANN, true), view(BEN, true)] })).toEqual([ANN]);
    await passTime();
    expect(calls[2]).toMatchObject({ add: [], remove: [ANN] });
  });

  test("of a tab that comes back before is not taken back", async () => {
    const { calls, open, passTime } = rig();
    const tab = open("tab");
    await tab.say(ANN);
    await calls[0]?.answer({ rev: 1, people: [] });
    tab.close();
    const again = open("again");
    await again.say(ANN);
    await calls[1]?.answer({ rev: 2, people: [] });
    await passTime();
    expect(calls.filter(({ remove }) => remove.length > 0)).toEqual([]);
  });
});
