import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { createDatabase, statement } from "../client/client.ts";
import {
  selectConversationSnapshot,
  selectConversationSummaries,
  selectNewestMessages,
} from "../reads/conversations.reads.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import {
  type ConversationSnapshot,
  type ConversationSummary,
  conversationSnapshotSchema,
  conversationSummarySchema,
  type StoredMessage,
  storedMessageSchema,
} from "../views/conversation-snapshot.view.ts";
import { seedCommunity } from "./seed.ts";

/** The demo conversations hold together as if they had been had. */
const database = createTestDatabase();
let anns: ConversationSummary[];
const rosters: ConversationSnapshot[] = [];
const talks = new Map<string, StoredMessage[]>();
beforeAll(async () => {
  await seedCommunity(database);
  const db = createDatabase({
    url: database.appUrl,
    serviceUrl: database.serviceUrl,
    endpoint: database.neonEndpoint,
  });
  const [[ann], all] = await db.asService([
    statement<{ id: string }>(sql`select user_id as id from profiles where handle = 'ann'`),
    statement<{ id: string }>(sql`select id from conversations order by id`),
  ]);
  const [chats] = await db.asService([selectConversationSummaries(ann?.id ?? "")]);
  anns = chats.map((row) => conversationSummarySchema.parse(row.summary));
  for (const { id } of all) {
    const [[roster], tail] = await db.asService([
      selectConversationSnapshot(id),
      selectNewestMessages(id, 500),
    ]);
    rosters.push(conversationSnapshotSchema.parse(roster?.snapshot));
    talks.set(
      id,
      tail.map((row) => storedMessageSchema.parse(row.message)),
    );
  }
});

test("Ann is in five of six: read, unread, asked, and one to scroll through", () => {
  expect(rosters).toHaveLength(6);
  expect(anns).toHaveLength(5);
  expect(anns.filter((chat) => chat.state === "requested")).toHaveLength(1);
  expect(anns.filter((chat) => chat.unread > 0).length).toBeGreaterThan(1);
  expect(anns.some((chat) => chat.unread === 0)).toBe(true);
  expect(Math.max(...anns.map((chat) => chat.lastSeq))).toBeGreaterThan(110);
  expect(rosters.filter((roster) => roster.kind === "group").map((roster) => roster.name)).toEqual([
    "Saturday market crew",
  ]);
});

describe("each", () => {
  test("has its messages in order, none from the future, each by and to somebody in it", () => {
    for (const roster of rosters) {
      const said = (talks.get(roster.id) ?? []).toReversed();
      expect(said.map((each) => each.seq)).toEqual(said.map((_, at) => at + 1));
      expect(roster.lastSeq).toBe(said.length);
      const times = said.map((each) => Date.parse(each.createdAt));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(Date.now());
      expect(Date.parse(roster.createdAt)).toBeLessThanOrEqual(times[0] ?? 0);
      const inIt = new Set(roster.participants.map((person) => person.id));
      for (const each of said) {
        expect(inIt).toContain(each.senderId);
        for (const who of Object.values(each.reactions).flat()) expect(inIt).toContain(who);
        if (each.replyTo !== null) expect(each.replyTo).toBeLessThan(each.seq);
      }
    }
  });

  test("counts as unread what others said after one's place, and nobody has one's own unread", () => {
    for (const roster of rosters) {
      for (const person of roster.participants) {
        const after = (talks.get(roster.id) ?? []).filter((each) => each.seq > person.readSeq);
        expect(after.filter((each) => each.senderId === person.id)).toEqual([]);
        expect(person.unread).toBe(after.length);
      }
    }
  });
});
