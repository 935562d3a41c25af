import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { RelationView } from "../../realtime/views.ts";
import { pagesOf, person, sampleCard, samplePost, sampleProfile } from "../../testing/views.test-data.ts";
import { postKeys } from "../posts/posts.cache.ts";
import { createFollowQueue } from "./follow-queue.ts";
import { peopleKeys } from "./follows.cache.ts";
import { applyFollowChanged, applyRelationChanged } from "./follows.events.ts";

let client: QueryClient;
const viewer = { isSelf: false, isFollowing: false, isFollowedBy: false, isBlocked: false, isMuted: false };
const idle = { isBusy: () => false };
beforeEach(() => {
  client = new QueryClient();
});

describe("events about follows: stale state + event = fresh state", () => {
  const event = {
    followerId: "me",
    followingId: "ben",
    isFollowing: true,
    follower: { following: 3, version: 6 },
    following: { followers: 4, version: 6 },
  };

  it("shows a follow of another tab, with the counts of both people", () => {
    client.setQueryData(peopleKeys.profile("h_ben"), sampleProfile("ben"));
    client.setQueryData(peopleKeys.profile("h_me"), sampleProfile("me"));
    client.setQueryData(peopleKeys.followers("h_x"), pagesOf([sampleCard("ben"), sampleCard("cat")]));
    applyFollowChanged(client, event, "me", idle);
    applyFollowChanged(client, event, "me", idle);
    const stats = sampleProfile("ben").stats;
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toEqual(
      sampleProfile("ben", {
        stats: { ...stats, followers: 4, version: 6 },
        viewer: { ...viewer, isFollowing: true },
      }),
    );
    expect(client.getQueryData(peopleKeys.profile("h_me"))).toEqual(
      sampleProfile("me", { stats: { ...stats, following: 3, version: 6 } }),
    );
    expect(client.getQueryData(peopleKeys.followers("h_x"))).toEqual(
      pagesOf([
        sampleCard("ben", { viewer: { isFollowing: true, isFollowedBy: false, isSelf: false } }),
        sampleCard("cat"),
      ]),
    );
  });

  it("shows a new follower of the viewer", () => {
    client.setQueryData(peopleKeys.profile("h_ben"), sampleProfile("ben"));
    applyFollowChanged(client, { ...event, followerId: "ben", followingId: "me" }, "me", idle);
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toMatchObject({
      viewer: { isFollowedBy: true, isFollowing: false },
      stats: { following: 3, version: 6 },
    });
  });

  it("keeps newer counts when an older event arrives", () => {
    const fresh = sampleProfile("ben", {
      stats: { ...sampleProfile("ben").stats, followers: 9, version: 7 },
    });
    client.setQueryData(peopleKeys.profile("h_ben"), fresh);
    applyFollowChanged(client, event, "me", idle);
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toMatchObject({
      stats: { followers: 9, version: 7 },
    });
  });

  it("removes the posts of a blocked or muted person from the feeds", () => {
    client.setQueryData(
      peopleKeys.profile("h_ben"),
      sampleProfile("ben", { viewer: { ...viewer, isFollowing: true } }),
    );
    client.setQueryData(
      postKeys.feed("latest"),
      pagesOf([samplePost("p1", { author: person("ben") }), samplePost("p2")]),
    );
    applyRelationChanged(client, { otherId: "ben", isBlocked: true, isMuted: false });
    expect(client.getQueryData(postKeys.feed("latest"))).toEqual(pagesOf([samplePost("p2")]));
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toMatchObject({
      viewer: { isBlocked: true, isFollowing: false },
    });
  });
});

describe("following", () => {
  const response: RelationView = {
    isFollowing: true,
    isBlocked: false,
    isMuted: false,
    followers: 10,
    following: 2,
    version: 8,
  };
  const target = { id: "ben", handle: "h_ben" };

  it("shows the follow and the follower count at once, then the server's values", async () => {
    client.setQueryData(peopleKeys.profile("h_ben"), sampleProfile("ben"));
    const seen: unknown[] = [];
    const cached = () => client.getQueryData(peopleKeys.profile("h_ben"));
    const following = createFollowQueue({
      client,
      send: async () => {
        seen.push(cached());
        return response;
      },
      onFailure: () => {},
    });
    await following.set(target, false, true);
    expect(seen).toMatchObject([{ stats: { followers: 4, version: 5 }, viewer: { isFollowing: true } }]);
    expect(cached()).toMatchObject({ stats: { followers: 10, version: 8 }, viewer: { isFollowing: true } });
    expect(following.isBusy("ben")).toBe(false);
  });

  it("restores the saved state when the request fails", async () => {
    const before = sampleProfile("ben");
    client.setQueryData(peopleKeys.profile("h_ben"), before);
    const failures: unknown[] = [];
    const following = createFollowQueue({
      client,
      send: () => Promise.reject(new Error("down")),
      onFailure: (error) => failures.push(error),
    });
    await following.set(target, false, true);
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toEqual(before);
    expect(failures).toHaveLength(1);
    expect(following.isBusy("ben")).toBe(false);
  });
});
