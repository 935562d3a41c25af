import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { pagesOf, sampleComment } from "../../testing/views.test-data.ts";
import { type LocalComment, withLocal } from "./comment.tree.ts";
import { commentKeys } from "./comments.cache.ts";
import { applyCommentCounted, applyCommentCreated, applyCommentDeleted } from "./comments.events.ts";

let client: QueryClient;
const thread = commentKeys.thread("p1");
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(thread, pagesOf([sampleComment("a")], [sampleComment("b")]));
});

describe("events about comments: stale state + event = fresh state", () => {
  it("adds a comment once, whether the event or the response comes first", () => {
    const fromResponse = sampleComment("c", { clientId: "x" });
    const fromEvent = { ...fromResponse, viewer: null };
    const fresh = pagesOf([sampleComment("a")], [sampleComment("b"), fromResponse]);
    applyCommentCreated(client, fromResponse);
    applyCommentCreated(client, fromEvent);
    expect(client.getQueryData(thread)).toEqual(fresh);
    client.setQueryData(thread, pagesOf([sampleComment("a")], [sampleComment("b")]));
    applyCommentCreated(client, fromEvent);
    applyCommentCreated(client, fromResponse);
    expect(client.getQueryData(thread)).toEqual(fresh);
  });

  it("replaces the unconfirmed comment that has the same client id", () => {
    const pending: LocalComment = { ...sampleComment("x", { clientId: "x" }), local: { state: "sending" } };
    client.setQueryData(commentKeys.local("p1"), [pending]);
    const confirmed = sampleComment("c", { clientId: "x" });
    expect(withLocal([confirmed], [pending])).toEqual([confirmed]);
    applyCommentCreated(client, confirmed);
    expect(client.getQueryData(commentKeys.local("p1"))).toEqual([]);
  });

  it("keeps a deleted comment in the list without text and author, and never restores it", () => {
    const deletedAt = "2026-02-02T00:00:00.000Z";
    applyCommentDeleted(client, "p1", { id: "a", deletedAt });
    const fresh = pagesOf(
      [sampleComment("a", { body: null, author: null, deletedAt })],
      [sampleComment("b")],
    );
    expect(client.getQueryData(thread)).toEqual(fresh);
    applyCommentCreated(client, sampleComment("a"));
    expect(client.getQueryData(thread)).toEqual(fresh);
  });

  it("applies newer counts and ignores older ones", () => {
    const counts = { upvotes: 4, downvotes: 1, score: 3, replies: 2, version: 6 };
    applyCommentCounted(client, "p1", { id: "b", counts });
    const fresh = pagesOf([sampleComment("a")], [sampleComment("b", { counts })]);
    expect(client.getQueryData(thread)).toEqual(fresh);
    applyCommentCounted(client, "p1", { id: "b", counts: { ...counts, upvotes: 1, version: 5 } });
    expect(client.getQueryData(thread)).toEqual(fresh);
  });
});
