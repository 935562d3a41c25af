import { describe, expect, it } from "vitest";
import type { Conversation } from "../../../realtime/views.ts";
import { joinFirstPage, joinNextPage, newerConversation, placeInList } from "./chat.cache.ts";
import { sampleConversation, sampleMember } from "./sample.test-data.ts";

const listOf = (nextCursor: string | null, ...items: Conversation[]) => ({ items, nextCursor });
const at = (...lastSeqs: number[]) => lastSeqs.map((seq) => sampleConversation(`c${seq}`, seq));

describe("two versions of one conversation", () => {
  it("merge to the newer counts, the newer members and the later pointers", () => {
    const known = sampleConversation("c1", 9, {
      version: 1,
      participants: [sampleMember("ann", { deliveredSeq: 9, readSeq: 9 }), sampleMember("ben")],
    });
    const received = sampleConversation("c1", 5, {
      version: 2,
      name: "New",
      participants: [sampleMember("ann", { deliveredSeq: 5, readSeq: 5 })],
    });
    expect(newerConversation(known, received)).toEqual(
      sampleConversation("c1", 9, {
        version: 2,
        name: "New",
        participants: [sampleMember("ann", { deliveredSeq: 9, readSeq: 9 })],
      }),
    );
  });

  it("use the counts of Postgres only while no newer ones are known", () => {
    const stored = sampleConversation("c1", 5, { rev: 0 });
    expect(newerConversation(sampleConversation("c1", 9), stored).lastSeq).toBe(9);
    expect(newerConversation(sampleConversation("c1", 4, { rev: 0 }), stored).lastSeq).toBe(5);
  });
});

describe("a list", () => {
  it("ignores a conversation that belongs below the loaded part", () => {
    const list = listOf("next", ...at(9, 7));
    expect(placeInList(list, sampleConversation("c3", 3), true)).toBe(list);
    expect(placeInList(listOf(null, ...at(9, 7)), sampleConversation("c3", 3), true).items).toEqual(
      at(9, 7, 3),
    );
  });

  it("removes a conversation that a refetched first page should contain and does not, and keeps those below the page", () => {
    const known = listOf("after-2", ...at(9, 8, 7, 3, 2));
    const again = joinFirstPage(known, listOf("after-7", ...at(11, 9, 7)));
    expect(again).toEqual(listOf("after-2", ...at(11, 9, 7, 3, 2)));
    expect(joinFirstPage(known, listOf(null, ...at(9)))).toEqual(listOf(null, ...at(9)));
    expect(joinFirstPage(undefined, listOf(null, ...at(9)))).toEqual(listOf(null, ...at(9)));
  });

  it("has no duplicate of a conversation that moved up while the next page was read", () => {
    const reordered = sampleConversation("c3", 12);
    const list = joinNextPage(
      listOf("after-7", reordered, ...at(9, 7)),
      "after-7",
      listOf(null, ...at(3, 2)),
    );
    expect(list).toEqual(listOf(null, reordered, ...at(9, 7, 2)));
  });

  it("ignores a page when the list was restarted meanwhile", () => {
    const list = listOf("after-5", ...at(9, 5));
    expect(joinNextPage(list, "after-7", listOf(null, ...at(3)))).toBe(list);
  });
});
