import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { pagesOf, samplePost } from "../../testing/views.test-data.ts";
import { addOwnPost, postKeys } from "./posts.cache.ts";
import { applyAnswerCreated, applyPostCounted, applyPostDeleted } from "./posts.events.ts";

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
});

const counts = (version: number, upvotes: number) => ({
  upvotes,
  downvotes: 0,
  score: upvotes,
  comments: 0,
  answers: 0,
  version,
});

describe("events about posts: stale state + event = fresh state", () => {
  it("sets the counts of a post in every list and page", () => {
    client.setQueryData(
      postKeys.feed("latest"),
      pagesOf([samplePost("p0"), samplePost("p1")], [samplePost("p2")]),
    );
    client.setQueryData(postKeys.one("p1"), samplePost("p1"));
    applyPostCounted(client, { id: "p1", counts: counts(2, 7) });
    const fresh = samplePost("p1", { counts: counts(2, 7) });
    expect(client.getQueryData(postKeys.feed("latest"))).toEqual(
      pagesOf([samplePost("p0"), fresh], [samplePost("p2")]),
    );
    expect(client.getQueryData(postKeys.one("p1"))).toEqual(fresh);
  });

  it("ignores the counts of a late or repeated event", () => {
    const fresh = samplePost("p1", { counts: counts(9, 7) });
    client.setQueryData(postKeys.one("p1"), fresh);
    applyPostCounted(client, { id: "p1", counts: counts(8, 6) });
    applyPostCounted(client, { id: "p1", counts: counts(9, 1) });
    expect(client.getQueryData(postKeys.one("p1"))).toBe(fresh);
  });

  it("removes a deleted post from every list", () => {
    client.setQueryData(postKeys.feed("latest"), pagesOf([samplePost("p0"), samplePost("p1")]));
    client.setQueryData(postKeys.answers("q"), pagesOf([samplePost("p1")]));
    applyPostDeleted(client, { id: "p1" });
    expect(client.getQueryData(postKeys.feed("latest"))).toEqual(pagesOf([samplePost("p0")]));
    expect(client.getQueryData(postKeys.answers("q"))).toEqual(pagesOf([]));
  });

  it("adds a new answer once, after the loaded ones", () => {
    const question = { id: "q", title: "Why?" };
    const old = samplePost("a1", { kind: "answer", question });
    const fresh = samplePost("a2", { kind: "answer", question });
    client.setQueryData(postKeys.answers("q"), pagesOf([old]));
    applyAnswerCreated(client, { ...fresh, viewer: null });
    applyAnswerCreated(client, { ...fresh, viewer: null });
    expect(client.getQueryData(postKeys.answers("q"))).toEqual(pagesOf([old, fresh]));
  });

  it("adds the viewer's own post once to the top of the cached feeds", () => {
    client.setQueryData(postKeys.feed("following"), pagesOf([samplePost("p0")]));
    addOwnPost(client, samplePost("mine"));
    addOwnPost(client, samplePost("mine"));
    expect(client.getQueryData(postKeys.feed("following"))).toEqual(
      pagesOf([samplePost("mine"), samplePost("p0")]),
    );
    expect(client.getQueryData(postKeys.feed("latest"))).toBeUndefined();
  });
});
