import { describe, expect, it } from "vitest";
import type { VoteValue } from "../../realtime/views.ts";
import { castVote, confirmVote, nextVote, rollBackVote, snapshotVote, type Voteable } from "./vote.counts.ts";

const item = (vote: VoteValue, upvotes: number, downvotes: number, version: number): Voteable => ({
  counts: { upvotes, downvotes, score: upvotes - downvotes, version },
  viewer: { vote },
});

describe("votes", () => {
  it("removes the vote when the same arrow is pressed again", () => {
    expect(nextVote(0, 1)).toBe(1);
    expect(nextVote(1, 1)).toBe(0);
    expect(nextVote(1, -1)).toBe(-1);
  });

  it("changes the counts in the way the server does, for every pair of votes", () => {
    for (const from of [-1, 0, 1] as const) {
      for (const to of [-1, 0, 1] as const) {
        const before = item(from, 5 + Number(from === 1), 3 + Number(from === -1), 7);
        expect(castVote(before, to)).toEqual(item(to, 5 + Number(to === 1), 3 + Number(to === -1), 7));
      }
    }
  });

  it("rolls back to exactly the saved state", () => {
    const before = item(0, 5, 3, 7);
    expect(rollBackVote(castVote(before, 1), snapshotVote(before))).toEqual(before);
  });

  it("keeps newer counts when it rolls back", () => {
    const before = item(0, 5, 3, 7);
    const meanwhile = { ...castVote(before, 1), counts: item(0, 9, 3, 8).counts };
    expect(rollBackVote(meanwhile, snapshotVote(before))).toEqual(item(0, 9, 3, 8));
  });

  it("counts the latest vote on top of the response to an earlier one", () => {
    const response = { value: 1 as const, upvotes: 6, downvotes: 3, score: 3, version: 8 };
    expect(confirmVote(castVote(item(0, 5, 3, 7), 0), response, 0)).toEqual(item(0, 5, 3, 8));
    expect(confirmVote(castVote(item(0, 5, 3, 7), 1), response, 1)).toEqual(item(1, 6, 3, 8));
  });

  it("keeps newer counts when a late response has older ones", () => {
    const response = { value: 1 as const, upvotes: 6, downvotes: 3, score: 3, version: 8 };
    expect(confirmVote(item(1, 10, 3, 9), response, 1)).toEqual(item(1, 10, 3, 9));
  });
});
