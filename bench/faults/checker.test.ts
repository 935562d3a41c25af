import { expect, test } from "vitest";
import { check, explainVerdict, type FaultName, isPassed } from "./checker.ts";
import type { ClientView, ConversationRecord, ReceivedMessage, RecordedMessage, Step } from "./history.ts";

const MESSAGES = 8;

const message = (seq: number): RecordedMessage => ({
  seq,
  id: `message ${seq}`,
  kind: "text",
  clientId: `client id ${seq}`,
  senderId: seq % 2 === 0 ? "ann" : "bob",
  body: `words ${seq}`,
});

const event = (
  seq: number,
  wish: Partial<ReceivedMessage> = {},
  words: Partial<RecordedMessage> = {},
): ReceivedMessage => ({
  kind: "message",
  message: { ...message(seq), ...words },
  number: seq,
  via: "live",
  connection: 1,
  isApplied: true,
  ...wish,
});

const all = Array.from({ length: MESSAGES }, (_, index) => message(index + 1));
const lives = (): Step[] => all.map(({ seq }) => event(seq));

/** Eight messages of two members. Ann received them live; Bob was disconnected during the middle ones. */
function rightRecord(): ConversationRecord & { views: [ClientView, ClientView] } {
  return {
    id: "conversation",
    intents: all.map(({ seq, senderId, clientId, body }) => ({
      senderId: senderId ?? "",
      clientId: clientId ?? "",
      body,
      sentAt: seq * 10,
    })),
    acks: all.map(({ seq, id, clientId }) => ({
      clientId: clientId ?? "",
      seq,
      id,
      receivedAt: seq * 10 + 5,
    })),
    views: [
      { client: "ann", after: 0, steps: lives() },
      {
        client: "bob",
        after: 0,
        steps: [1, 2, 3]
          .map((seq) => event(seq))
          .concat([4, 5, 6].map((seq) => event(seq, { via: "gap", connection: 2 })))
          .concat([7, 8].map((seq) => event(seq, { connection: 2 }))),
      },
    ],
    rows: all.map((each) => ({ ...each })),
    pages: all.map((each) => ({ ...each })),
  };
}

/** The faults that the checker reports after this change to a correct history. */
function found(spoil: (record: ReturnType<typeof rightRecord>) => void): FaultName[] {
  const record = rightRecord();
  spoil(record);
  const verdict = check([rightRecord(), record]);
  return (Object.keys(verdict) as FaultName[]).filter((name) => verdict[name].count > 0);
}

test("a correct history passes", () => {
  const verdict = check([rightRecord()]);
  expect(isPassed(verdict), explainVerdict(verdict)).toBe(true);
  expect(explainVerdict(verdict)).toBe("nothing");
});

test("resends, unanswered sends, late joiners, repeated reads and overlapping gaps pass", () => {
  expect(
    found(({ acks, intents, rows, pages, views }) => {
      acks.push({ ...acks[2], receivedAt: 500 } as (typeof acks)[0]);
      // One was stored and the Worker killed before the acknowledgement; one never arrived.
      acks.splice(3, 1);
      intents.push({ senderId: "ann", clientId: "never arrived", body: "?", sentAt: 90 });
      // A notice of the conversation has no sender.
      const notice = { ...message(9), kind: "notice" as const, clientId: "its own", body: "" };
      rows.push(notice);
      pages?.push(notice);
      for (const view of views) view.steps.push(event(9, { connection: 3 }, notice));
      views[0].steps.splice(6, 0, event(6, { via: "gap", isApplied: false }));
      views.push({
        client: "late",
        after: 5,
        steps: [event(6), { kind: "resync" }, { kind: "read", messages: [6, 7, 8].map(message) }],
      });
      views.at(-1)?.steps.push(event(8, { connection: 2 }), event(9, { connection: 2 }, notice));
    }),
  ).toEqual([]);
});

// The seeded faults of R, and how each shows.

test("finds an acknowledgement before the write", () => {
  expect(
    found((record) => {
      record.rows = record.rows.filter(({ seq }) => seq !== 8);
      record.pages = record.rows;
      for (const view of record.views)
        view.steps = view.steps.filter((step) => step.kind !== "message" || step.message.seq !== 8);
    }),
  ).toEqual(["lost"]);
});

test("finds a dropped message, in the archive and on the way to one client", () => {
  expect(
    found(({ rows, pages }) => {
      rows.splice(4, 1);
      pages?.splice(4, 1);
    }),
  ).toEqual(["lost", "holes", "phantoms"]);
  expect(found(({ views }) => views[0].steps.splice(4, 1))).toEqual(["silentGaps"]);
});

test("finds a duplicate, stored or published", () => {
  expect(
    found(({ rows, pages, views }) => {
      const again = { ...message(9), clientId: "client id 8", senderId: "ann", body: "words 8" };
      rows.push(again);
      pages?.push(again);
      for (const view of views) view.steps.push(event(9, { connection: 2 }, again));
    }),
  ).toContain("storedTwice");
  expect(found(({ views }) => views[0].steps.splice(4, 0, event(4, { isApplied: false })))).toEqual([
    "doubled",
  ]);
});

test("finds two messages that were swapped, by sequence number or by content", () => {
  expect(
    found(({ views }) => {
      const { steps } = views[0];
      [steps[3], steps[4]] = [steps[4], steps[3]] as [Step, Step];
    }),
  ).toEqual(["inversions"]);
  expect(
    found(({ views }) => {
      views[0].steps[3] = event(5, { number: 4 });
      views[0].steps[4] = event(4, { number: 5 });
    }),
  ).toEqual(["inversions"]);
});

test("finds a resume that returns a part and claims to be complete", () => {
  expect(found(({ views }) => views[1].steps.splice(4, 2))).toEqual(["silentGaps"]);
});

// Other faults.

test.each<[string, FaultName[], (record: ReturnType<typeof rightRecord>) => void]>([
  [
    "a client id acknowledged at two places",
    ["seqConflicts"],
    ({ acks }) => acks.push({ ...acks[0], seq: 4 } as never),
  ],
  [
    "a message stored elsewhere than acknowledged",
    ["seqConflicts"],
    ({ acks }) => {
      if (acks[5]) acks[5].seq = 3;
    },
  ],
  [
    "a place taken twice",
    ["storedTwice", "unequal"],
    ({ rows }) => rows.push({ ...message(8), kind: "notice", clientId: null, senderId: null }),
  ],
  [
    "other words stored than sent",
    ["bodyDiffers"],
    ({ rows, pages, views }) => {
      for (const list of [rows, pages ?? []]) if (list[2]) list[2].body = "forged";
      for (const { steps } of views)
        for (const step of steps)
          if (step.kind === "message" && step.message.seq === 3) step.message.body = "forged";
    },
  ],
  [
    "another body published than stored",
    ["bodyDiffers"],
    ({ views }) => {
      views[1].steps[2] = event(3, {}, { body: "forged" });
    },
  ],
  [
    "another message at a place than everybody else sees there",
    ["unequal"],
    ({ views }) => {
      views[1].steps[2] = event(3, {}, { id: "message x" });
    },
  ],
  [
    "a message whose second place lost its client id",
    ["phantoms"],
    ({ rows, pages, views }) => {
      const again = { ...message(9), senderId: "ann", clientId: null };
      rows.push(again);
      pages?.push(again);
      for (const { steps } of views) steps.push(event(9, { connection: 2 }, again));
    },
  ],
  ["pages that differ from Postgres", ["unequal"], ({ pages }) => pages?.pop()],
  ["published, but never stored", ["phantoms"], ({ views }) => views[0].steps.push(event(9))],
  [
    "stored, but never sent",
    ["phantoms"],
    ({ intents }) => {
      intents.pop();
    },
  ],
  [
    "acknowledged before an earlier place was even sent",
    ["inversions"],
    ({ intents }) => {
      if (intents[0]) intents[0].sentAt = 60;
    },
  ],
  [
    "a resync after which nothing was read",
    ["unfinished"],
    ({ views }) => views[0].steps.push({ kind: "resync" }),
  ],
])("%s is caught", (_, expected, spoil) => {
  expect(found(spoil)).toEqual(expected);
});
