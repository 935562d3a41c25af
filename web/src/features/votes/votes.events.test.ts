import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { PostView, VoteView } from "../../realtime/views.ts";
import { pagesOf, samplePost } from "../../testing/views.test-data.ts";
import { postKeys } from "../posts/posts.cache.ts";
import { createVoteQueue } from "./vote-queue.ts";
import { applyVoteChanged } from "./votes.events.ts";

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(postKeys.one("p1"), samplePost("p1"));
  client.setQueryData(postKeys.feed("latest"), pagesOf([samplePost("p1")]));
});
const post = () => client.getQueryData<PostView>(postKeys.one("p1"));
const target = { kind: "post" as const, id: "p1" };

describe("an event about the viewer's vote in another tab", () => {
  it("shows the vote and returns the post whose counts must be loaded, once", () => {
    const event = { target: "post" as const, id: "p1", value: 1 as const };
    expect(applyVoteChanged(client, event, { isBusy: () => false })).toEqual({ recountPostId: "p1" });
    expect(post()).toEqual(samplePost("p1", { viewer: { vote: 1 } }));
    expect(applyVoteChanged(client, event, { isBusy: () => false })).toEqual({ recountPostId: null });
  });

  it("is ignored while a vote of this tab is in flight", () => {
    const event = { target: "post" as const, id: "p1", value: -1 as const };
    expect(applyVoteChanged(client, event, { isBusy: () => true })).toEqual({ recountPostId: null });
    expect(post()).toEqual(samplePost("p1"));
  });
});

describe("the vote queue", () => {
  const response = (value: VoteView["value"], version: number): VoteView => ({
    value,
    upvotes: Number(value === 1),
    downvotes: Number(value === -1),
    score: value,
    version,
  });

  it("shows a vote in every list at once and ends with the server's counts", async () => {
    const seen: unknown[] = [];
    const voteQueue = createVoteQueue({
      client,
      send: async (_, value) => {
        seen.push(client.getQueryData(postKeys.feed("latest")));
        return response(value, 2);
      },
      onFailure: () => {},
    });
    await voteQueue.vote(target, 1);
    expect(seen).toMatchObject([
      { pages: [{ items: [{ viewer: { vote: 1 }, counts: { upvotes: 1, version: 1 } }] }] },
    ]);
    expect(post()).toMatchObject({
      viewer: { vote: 1 },
      counts: { upvotes: 1, score: 1, comments: 0, version: 2 },
    });
  });

  it("sends the first vote, then only the last of those that followed", async () => {
    const sent: number[] = [];
    let version = 1;
    const voteQueue = createVoteQueue({
      client,
      send: async (_, value) => {
        sent.push(value);
        await Promise.resolve();
        version += 1;
        return response(value, version);
      },
      onFailure: () => {},
    });
    await Promise.all([voteQueue.vote(target, 1), voteQueue.vote(target, 0), voteQueue.vote(target, -1)]);
    expect(sent).toEqual([1, -1]);
    expect(post()).toMatchObject({ viewer: { vote: -1 }, counts: { downvotes: 1, upvotes: 0, score: -1 } });
  });

  it("restores the last confirmed state when the last vote fails", async () => {
    let calls = 0;
    const failures: unknown[] = [];
    const voteQueue = createVoteQueue({
      client,
      send: async (_, value) => {
        calls += 1;
        if (calls === 2) throw new Error("down");
        return response(value, 2);
      },
      onFailure: (error) => failures.push(error),
    });
    await Promise.all([voteQueue.vote(target, 1), voteQueue.vote(target, 0)]);
    expect(post()).toMatchObject({ viewer: { vote: 1 }, counts: { upvotes: 1, score: 1, version: 2 } });
    expect(failures).toHaveLength(1);
  });

  it("restores the original state when the only request fails", async () => {
    const before = client.getQueryData(postKeys.feed("latest"));
    const voteQueue = createVoteQueue({
      client,
      send: () => Promise.reject(new Error("down")),
      onFailure: () => {},
    });
    await voteQueue.vote(target, -1);
    expect(client.getQueryData(postKeys.feed("latest"))).toEqual(before);
  });

  it("sends and shows nothing for the previous account after a reset", async () => {
    const sent: number[] = [];
    const failures: unknown[] = [];
    let respond = (_value: VoteView) => {};
    const voteQueue = createVoteQueue({
      client,
      send: (_, value) => {
        sent.push(value);
        return new Promise((resolve) => {
          respond = resolve;
        });
      },
      onFailure: (error) => failures.push(error),
    });
    const done = Promise.all([voteQueue.vote(target, 1), voteQueue.vote(target, -1)]);
    voteQueue.reset();
    client.setQueryData(postKeys.one("p1"), samplePost("p1"));
    respond(response(1, 2));
    await done;
    expect(sent).toEqual([1]);
    expect(failures).toEqual([]);
    expect(post()).toEqual(samplePost("p1"));
    expect(voteQueue.isBusy(target)).toBe(false);
  });
});
