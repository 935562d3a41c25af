import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { PostView, VoteView } from "../../realtime/views.ts";
import { postKeys } from "../posts/posts.cache.ts";
import { pagesOf, samplePost } from "../posts/sample.test-data.ts";
import { applyVoteChanged } from "./votes.events.ts";
import { createVoting } from "./voting.ts";

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(postKeys.one("p1"), samplePost("p1"));
  client.setQueryData(postKeys.feed("latest"), pagesOf([samplePost("p1")]));
});
const post = () => client.getQueryData<PostView>(postKeys.one("p1"));
const target = { kind: "post" as const, id: "p1" };

describe("one's own vote on another tab", () => {
  it("is shown, and the post's counts are asked for", () => {
    const event = { target: "post" as const, id: "p1", value: 1 as const };
    expect(applyVoteChanged(client, event, { isBusy: () => false })).toEqual({ recountPostId: "p1" });
    expect(post()).toEqual(samplePost("p1", { viewer: { vote: 1 } }));
    expect(applyVoteChanged(client, event, { isBusy: () => false })).toEqual({ recountPostId: null });
  });

  it("does not disturb a vote that is under way here", () => {
    const event = { target: "post" as const, id: "p1", value: -1 as const };
    expect(applyVoteChanged(client, event, { isBusy: () => true })).toEqual({ recountPostId: null });
    expect(post()).toEqual(samplePost("p1"));
  });
});

describe("voting", () => {
  const answer = (value: VoteView["value"], version: number): VoteView => ({
    value,
    upvotes: Number(value === 1),
    downvotes: Number(value === -1),
    score: value,
    version,
  });

  it("is shown everywhere at once and ends as the server says", async () => {
    const seen: unknown[] = [];
    const voting = createVoting({
      client,
      send: async (_, value) => {
        seen.push(client.getQueryData(postKeys.feed("latest")));
        return answer(value, 2);
      },
      onFailure: () => {},
    });
    await voting.vote(target, 1);
    expect(seen).toMatchObject([
      { pages: [{ items: [{ viewer: { vote: 1 }, counts: { upvotes: 1, version: 1 } }] }] },
    ]);
    expect(post()).toMatchObject({
      viewer: { vote: 1 },
      counts: { upvotes: 1, score: 1, comments: 0, version: 2 },
    });
  });

  it("sends up, then only the last of what followed, and ends there", async () => {
    const sent: number[] = [];
    let version = 1;
    const voting = createVoting({
      client,
      send: async (_, value) => {
        sent.push(value);
        await Promise.resolve();
        version += 1;
        return answer(value, version);
      },
      onFailure: () => {},
    });
    await Promise.all([voting.vote(target, 1), voting.vote(target, 0), voting.vote(target, -1)]);
    expect(sent).toEqual([1, -1]);
    expect(post()).toMatchObject({ viewer: { vote: -1 }, counts: { downvotes: 1, upvotes: 0, score: -1 } });
  });

  it("goes back to the last confirmed state when the last wish fails", async () => {
    let calls = 0;
    const failures: unknown[] = [];
    const voting = createVoting({
      client,
      send: async (_, value) => {
        calls += 1;
        if (calls === 2) throw new Error("down");
        return answer(value, 2);
      },
      onFailure: (error) => failures.push(error),
    });
    await Promise.all([voting.vote(target, 1), voting.vote(target, 0)]);
    expect(post()).toMatchObject({ viewer: { vote: 1 }, counts: { upvotes: 1, score: 1, version: 2 } });
    expect(failures).toHaveLength(1);
  });

  it("leaves everything as it was when the only try fails", async () => {
    const before = client.getQueryData(postKeys.feed("latest"));
    const voting = createVoting({
      client,
      send: () => Promise.reject(new Error("down")),
      onFailure: () => {},
    });
    await voting.vote(target, -1);
    expect(client.getQueryData(postKeys.feed("latest"))).toEqual(before);
  });
});
