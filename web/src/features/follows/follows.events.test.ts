import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { RelationView } from "../../realtime/views.ts";
import { postKeys } from "../posts/posts.cache.ts";
import { pagesOf, person, sampleCard, samplePost, sampleProfile } from "../posts/sample.test-data.ts";
import { createFollowing } from "./following.ts";
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

  it("shows on another tab whom I follow now, with both counts", () => {
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

  it("shows who follows me now", () => {
    client.setQueryData(peopleKeys.profile("h_ben"), sampleProfile("ben"));
    applyFollowChanged(client, { ...event, followerId: "ben", followingId: "me" }, "me", idle);
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toMatchObject({
      viewer: { isFollowedBy: true, isFollowing: false },
      stats: { following: 3, version: 6 },
    });
  });

  it("lets no older event undo newer counts", () => {
    const fresh = sampleProfile("ben", {
      stats: { ...sampleProfile("ben").stats, followers: 9, version: 7 },
    });
    client.setQueryData(peopleKeys.profile("h_ben"), fresh);
    applyFollowChanged(client, event, "me", idle);
    expect(client.getQueryData(peopleKeys.profile("h_ben"))).toMatchObject({
      stats: { followers: 9, version: 7 },
    });
  });

  it("takes a blocked or muted person's posts out of the feeds", () => {
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
  const answer: RelationView = {
    isFollowing: true,
    isBlocked: false,
    isMuted: false,
    followers: 10,
    following: 2,
    version: 8,
  };
  const target = { id: "ben", handle: "h_ben" };

  it("is shown at once, follower count included, and becomes what the server says", async () => {
    client.setQueryData(peopleKeys.profile("h_ben"), sampleProfile("ben"));
    const seen: unknown[] = [];
    const look = () => client.getQueryData(peopleKeys.profile("h_ben"));
    const following = createFollowing({
      client,
      send: async () => {
        seen.push(look());
        return answer;
      },
      onFailure: () => {},
    });
    await following.set(target, false, true);
    expect(seen).toMatchObject([{ stats: { followers: 4, version: 5 }, viewer: { isFollowing: true } }]);
    expect(look()).toMatchObject({ stats: { followers: 10, version: 8 }, viewer: { isFollowing: true } });
    expect(following.isBusy("ben")).toBe(false);
  });

  it("goes back to the saved state when it fails", async () => {
    const before = sampleProfile("ben");
    client.setQueryData(peopleKeys.profile("h_ben"), before);
    const failures: unknown[] = [];
    const following = createFollowing({
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
