import { describe, expect, it } from "vitest";
import type { VoteValue } from "../../realtime/views.ts";
import { castVote, nextVote, rollBackVote, saveVote, settleVote, type Voteable } from "./vote.counts.ts";

const item = (vote: VoteValue, upvotes: number, downvotes: number, version: number): Voteable => ({
  counts: { upvotes, downvotes, score: upvotes - downvotes, version },
  viewer: { vote },
});

describe("votes", () => {
  it("takes a vote back when the same arrow is pressed again", () => {
    expect(nextVote(0, 1)).toBe(1);
    expect(nextVote(1, 1)).toBe(0);
    expect(nextVote(1, -1)).toBe(-1);
  });

  it("shows every change as the server will count it", () => {
    for (const from of [-1, 0, 1] as const) {
      for (const to of [-1, 0, 1] as const) {
        const before = item(from, 5 + Number(from === 1), 3 + Number(from === -1), 7);
        expect(castVote(before, to)).toEqual(item(to, 5 + Number(to === 1), 3 + Number(to === -1), 7));
      }
    }
  });

  it("rolls back to the saved state exactly", () => {
    const before = item(0, 5, 3, 7);
    expect(rollBackVote(castVote(before, 1), saveVote(before))).toEqual(before);
  });

  it("keeps newer counts when it rolls back", () => {
    const before = item(0, 5, 3, 7);
    const meanwhile = { ...castVote(before, 1), counts: item(0, 9, 3, 8).counts };
    expect(rollBackVote(meanwhile, saveVote(before))).toEqual(item(0, 9, 3, 8));
  });

  it("lets the newer wish stand on top of an older answer", () => {
    const answer = { value: 1 as const, upvotes: 6, downvotes: 3, score: 3, version: 8 };
    expect(settleVote(castVote(item(0, 5, 3, 7), 0), answer, 0)).toEqual(item(0, 5, 3, 8));
    expect(settleVote(castVote(item(0, 5, 3, 7), 1), answer, 1)).toEqual(item(1, 6, 3, 8));
  });

  it("does not let a late answer undo newer counts", () => {
    const answer = { value: 1 as const, upvotes: 6, downvotes: 3, score: 3, version: 8 };
    expect(settleVote(item(1, 10, 3, 9), answer, 1)).toEqual(item(1, 10, 3, 9));
  });
});
