import { describe, expect, it } from "vitest";
import type { MessagePage } from "./chat.api.ts";
import { addMessage, type History, historyOf, joinNewest, joinOlder } from "./message-history.ts";
import { sampleMessage } from "./sample.test-data.ts";

/** Returns the page that the API would return: the newest `limit` messages with a seq below `before`. */
function page(
  all: ReturnType<typeof sampleMessage>[],
  limit = 3,
  before = Number.POSITIVE_INFINITY,
): MessagePage {
  const older = all.filter((one) => one.seq < before).sort((a, b) => b.seq - a.seq);
  const items = older.slice(0, limit);
  return { items, nextCursor: older.length > limit ? String(items.at(-1)?.seq) : null, quoted: [] };
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => sampleMessage(index + 1));
const seqs = (history: History) => history.items.map((one) => one.seq);

describe("a conversation's messages", () => {
  it("are oldest first, and older pages are prepended down to the first message", () => {
    let history = historyOf(page(upTo(5)));
    expect(seqs(history)).toEqual([3, 4, 5]);
    history = joinOlder(history, "3", page(upTo(5), 3, 3));
    expect(seqs(history)).toEqual([1, 2, 3, 4, 5]);
    expect(history.olderCursor).toBeNull();
  });

  it("ignore an older page when the history was restarted meanwhile", () => {
    const history = historyOf(page(upTo(9)));
    expect(joinOlder(history, "3", page(upTo(9), 3, 3))).toBe(history);
  });

  it("contain a new message once, although it arrives twice", () => {
    const history = [4, 5, 5, 4].reduce(
      (known, seq) => addMessage(known, sampleMessage(seq)),
      historyOf(page(upTo(3))),
    );
    expect(seqs(history)).toEqual([1, 2, 3, 4, 5]);
  });

  it("add a message whose creation event is missing from a replay and of which only the change arrived", () => {
    const edited = sampleMessage(4, { version: 2, body: "edited" });
    const history = addMessage(addMessage(historyOf(page(upTo(3))), edited), sampleMessage(4));
    expect(history.items.at(-1)).toEqual(edited);
  });

  it("never replace a newer version by an older one", () => {
    const known = addMessage(
      historyOf(page(upTo(3))),
      sampleMessage(2, { version: 3, isDeleted: true, body: "" }),
    );
    expect(addMessage(known, sampleMessage(2, { version: 2, body: "edited" }))).toEqual(known);
    expect(joinNewest(known, page(upTo(3)))).toEqual(known);
  });

  it("ignore a change of a message older than the loaded ones: its page will be read", () => {
    const history = historyOf(page(upTo(9)));
    expect(addMessage(history, sampleMessage(2, { version: 2 }))).toBe(history);
  });

  it("change a quoted message that is older than the loaded ones", () => {
    const history = { ...historyOf(page(upTo(9))), quoted: [sampleMessage(2)] };
    const gone = sampleMessage(2, { version: 2, isDeleted: true, body: "" });
    expect(addMessage(history, gone)).toEqual({ ...history, quoted: [gone] });
  });

  it("are extended by the newest page when it reaches down to them", () => {
    const older = joinOlder(historyOf(page(upTo(5))), "3", page(upTo(5), 1, 3));
    const history = joinNewest(older, page(upTo(8)));
    expect(seqs(history)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(history.olderCursor).toBe("2");
  });

  it("are replaced by the newest page when there is a gap, except for newer ones", () => {
    const received = addMessage(historyOf(page(upTo(3))), sampleMessage(21));
    const history = joinNewest(received, page(upTo(20)));
    expect(seqs(history)).toEqual([18, 19, 20, 21]);
    expect(history.olderCursor).toBe("18");
  });

  it("do not treat a message that arrived before its events as the end of the loaded ones", () => {
    // 9 is an own message that was acknowledged over HTTP while the socket was closed; 4 to 8 are not loaded.
    const historyWithGap = addMessage(historyOf(page(upTo(3))), sampleMessage(9, { version: 0 }));
    const history = joinNewest(historyWithGap, page(upTo(12)));
    expect(seqs(history)).toEqual([10, 11, 12]);
    expect(seqs(joinNewest(historyWithGap, page(upTo(9), 6)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
