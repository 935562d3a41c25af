// Holds R8 for conversations: what Postgres refuses for good delays nothing else, and is not lost.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DatabaseUnavailable } from "../../../db/client/errors.ts";
import type { ConversationPayload } from "../../outbox/conversation-snapshot.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { person, snapshot } from "../../testing/roster-fixtures.ts";
import { Conversation } from "./conversation-core.ts";
import { Drain } from "./drain.ts";
import { TAIL_KEPT } from "./messages.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const [ann, ben] = [id(1), id(2)] as const;

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

/** Postgres that refuses some payloads, and what it has taken. */
function rig() {
  const sql = memorySql();
  let ids = 1_000;
  const deps = { now: () => Date.parse("2026-11-20T12:00:00.000Z"), newId: () => id(++ids) };
  const talk = new Conversation(sql, deps);
  talk.begin(snapshot(id(99), [person(ann), person(ben)]), []);
  const kept = new Map<number, string>();
  const postgres = {
    calls: 0,
    refuses: (_: ConversationPayload): Error | null => null,
  };
  const store = {
    load: async () => null,
    messageAt: async () => null,
    async store(_: string, payload: ConversationPayload) {
      postgres.calls++;
      const refusal = postgres.refuses(payload);
      if (refusal) throw refusal;
      for (const { seq, body } of payload.messages) kept.set(seq, body);
    },
  };
  const drain = new Drain(talk, () => store, deps.now);
  const say = (body: string) => talk.send(ann, { clientId: deps.newId(), body });
  const poison = (payload: ConversationPayload) =>
    payload.messages.some(({ body }) => body === "poison") ? new Error("invalid byte sequence") : null;
  return { sql, deps, talk, kept, postgres, drain, say, poison, store };
}

describe("R8: a message that Postgres refuses for good", () => {
  test("is parked with an error that names it; everything before and after it is stored", async () => {
    const { talk, kept, postgres, drain, say, poison } = rig();
    postgres.refuses = poison;
    for (let n = 1; n <= 40; n++) say(n === 17 || n === 30 ? "poison" : `${n}`);
    expect(await drain.run()).toBe(true);
    expect([kept.size, kept.has(17), kept.has(30)]).toEqual([38, false, false]);
    expect([drain.isDirty, talk.messages.stored, talk.messages.parked.isEmpty]).toEqual([false, 40, false]);
    const logged = vi.mocked(console.error).mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(logged.map(({ where, conversationId, seqs }) => [where, conversationId, seqs])).toEqual([
      ["parked", id(99), [17]],
      ["parked", id(99), [30]],
    ]);
    say("goes on");
    expect(await drain.run()).toBe(true);
    expect(kept.get(41)).toBe("goes on");
  });

  test("stays in the room however much follows, and goes when it may", async () => {
    const { talk, sql, deps, kept, postgres, drain, say, poison, store } = rig();
    postgres.refuses = poison;
    say("poison");
    for (let n = 0; n < TAIL_KEPT + 300; n++) say("more");
    await drain.run();
    await drain.run();
    expect([talk.messages.at(2), talk.messages.at(1)?.body]).toEqual([null, "poison"]);
    postgres.refuses = () => null;
    const reborn = new Conversation(sql, deps);
    reborn.messages.parked.tryAgain();
    await new Drain(reborn, () => store, deps.now).run();
    expect([kept.get(1), reborn.messages.parked.isEmpty]).toEqual(["poison", true]);
  });

  test("goes when its words are changed for ones that are taken", async () => {
    const { talk, kept, postgres, drain, say, poison } = rig();
    postgres.refuses = poison;
    say("poison");
    await drain.run();
    talk.change(ann, { type: "message.edit", ref: "1", seq: 1, body: "cured" });
    await drain.run();
    expect([kept.get(1), talk.messages.parked.isEmpty]).toEqual(["cured", true]);
  });

  test("does not hold up how far others have read; nor does what is refused of that hold up messages", async () => {
    const { kept, talk, postgres, drain, say } = rig();
    postgres.refuses = ({ pointers }) => (pointers.length > 0 ? new Error("no") : null);
    say("words");
    expect(await drain.run()).toBe(true);
    expect([kept.get(1), talk.numbers.hasUnstored]).toEqual(["words", false]);
  });
});

test("a Postgres that takes nothing at all parks nothing: it is not the message that is to blame", async () => {
  const { talk, postgres, drain, say } = rig();
  postgres.refuses = () => new Error("function app.store_conversation does not exist");
  say("words");
  say("more words");
  expect(await drain.run()).toBe(false);
  expect([drain.isDirty, talk.messages.backlog, talk.messages.parked.isEmpty]).toEqual([true, 2, true]);
});

test("a Postgres that is away is asked once a run", async () => {
  const { talk, postgres, drain, say } = rig();
  postgres.refuses = () => new DatabaseUnavailable(new Error("away"));
  for (let n = 0; n < 5; n++) say("words");
  await drain.run();
  expect([postgres.calls, talk.messages.backlog]).toEqual([1, 5]);
});

test("a batch that is too heavy to arrive is tried with less of it until it does", async () => {
  const { kept, postgres, drain, say } = rig();
  postgres.refuses = ({ messages }) =>
    messages.length > 100 ? new DatabaseUnavailable(new Error("timed out")) : null;
  for (let n = 0; n < 400; n++) say("words");
  for (let n = 0; n < 40 && kept.size < 400; n++) await drain.run();
  expect(kept.size).toBe(400);
});
