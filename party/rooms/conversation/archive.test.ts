// Holds R8 for conversations: a message that Postgres refuses for good delays no other, and is not lost.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DatabaseUnavailable } from "../../../db/client/errors.ts";
import type { ConversationPayload } from "../../outbox/conversation-snapshot.ts";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { memorySql } from "../../testing/memory-sql.ts";
import { member, snapshot } from "../../testing/roster-fixtures.ts";
import { Archive } from "./archive.ts";
import { ConversationCore } from "./conversation-core.ts";
import { ARCHIVED_MESSAGES_KEPT } from "./messages.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const [ann, ben] = [id(1), id(2)] as const;

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

/** A Postgres that refuses some payloads, and what it has taken. */
function fixture() {
  const sql = memorySql();
  let ids = 1_000;
  const deps = { now: () => Date.parse("2026-11-20T12:00:00.000Z"), newId: () => id(++ids) };
  const core = new ConversationCore(sql, deps, { burst: Number.POSITIVE_INFINITY });
  core.start(snapshot(id(99), [member(ann), member(ben)]), []);
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
  const archive = new Archive(core, () => store, { now: deps.now, scheduler: fakeScheduler().scheduler });
  const send = (body: string) =>
    core.apply({ type: "message.send", userId: ann, clientId: deps.newId(), body });
  const poison = (payload: ConversationPayload) =>
    payload.messages.some(({ body }) => body === "poison") ? new Error("invalid byte sequence") : null;
  return { sql, deps, core, kept, postgres, archive, send, poison, store };
}

describe("R8: a message that Postgres refuses for good", () => {
  test("is rejected with an error that names it; all messages before and after it are archived", async () => {
    const { core, kept, postgres, archive, send, poison } = fixture();
    postgres.refuses = poison;
    for (let n = 1; n <= 40; n++) send(n === 17 || n === 30 ? "poison" : `${n}`);
    expect(await archive.flush()).toBe(true);
    expect([kept.size, kept.has(17), kept.has(30)]).toEqual([38, false, false]);
    expect([archive.isDirty, core.messages.archivedSeq, core.messages.hasRejected]).toEqual([
      false,
      40,
      true,
    ]);
    const logged = vi.mocked(console.error).mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(logged.map(({ where, conversationId, seqs }) => [where, conversationId, seqs])).toEqual([
      ["rejected", id(99), [17]],
      ["rejected", id(99), [30]],
    ]);
    send("goes on");
    expect(await archive.flush()).toBe(true);
    expect(kept.get(41)).toBe("goes on");
  });

  test("stays in the room however many messages follow, and is archived when Postgres takes it", async () => {
    const { core, sql, deps, kept, postgres, archive, send, poison, store } = fixture();
    postgres.refuses = poison;
    send("poison");
    for (let n = 0; n < ARCHIVED_MESSAGES_KEPT + 300; n++) send("more");
    await archive.flush();
    await archive.flush();
    expect([core.messages.at(2), core.messages.at(1)?.body]).toEqual([null, "poison"]);
    postgres.refuses = () => null;
    const restarted = new ConversationCore(sql, deps, { burst: Number.POSITIVE_INFINITY });
    restarted.messages.retryRejected();
    await new Archive(restarted, () => store, {
      now: deps.now,
      scheduler: fakeScheduler().scheduler,
    }).flush();
    expect([kept.get(1), restarted.messages.hasRejected]).toEqual(["poison", false]);
  });

  test("is archived after an edit that Postgres takes", async () => {
    const { core, kept, postgres, archive, send, poison } = fixture();
    postgres.refuses = poison;
    send("poison");
    await archive.flush();
    core.apply({ userId: ann, type: "message.edit", ref: "1", seq: 1, body: "cured" });
    await archive.flush();
    expect([kept.get(1), core.messages.hasRejected]).toEqual(["cured", false]);
  });

  test("does not delay pointers; a rejected pointer does not delay messages", async () => {
    const { kept, core, postgres, archive, send } = fixture();
    postgres.refuses = ({ pointers }) => (pointers.length > 0 ? new Error("no") : null);
    send("words");
    expect(await archive.flush()).toBe(true);
    expect([kept.get(1), core.states.hasUnarchived]).toEqual(["words", false]);
  });
});

test("no message is rejected by a Postgres that takes nothing at all: the message is not the cause", async () => {
  const { core, postgres, archive, send } = fixture();
  postgres.refuses = () => new Error("function app.store_conversation does not exist");
  send("words");
  send("more words");
  expect(await archive.flush()).toBe(false);
  expect([archive.isDirty, core.messages.backlog, core.messages.hasRejected]).toEqual([true, 2, false]);
});

test("a Postgres that does not answer is called once per flush", async () => {
  const { core, postgres, archive, send } = fixture();
  postgres.refuses = () => new DatabaseUnavailable(new Error("away"));
  for (let n = 0; n < 5; n++) send("words");
  await archive.flush();
  expect([postgres.calls, core.messages.backlog]).toEqual([1, 5]);
});

test("a batch that is too large to arrive is halved until it does", async () => {
  const { kept, postgres, archive, send } = fixture();
  postgres.refuses = ({ messages }) =>
    messages.length > 100 ? new DatabaseUnavailable(new Error("timed out")) : null;
  for (let n = 0; n < 400; n++) send("words");
  for (let n = 0; n < 40 && kept.size < 400; n++) await archive.flush();
  expect(kept.size).toBe(400);
});
