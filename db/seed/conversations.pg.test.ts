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

/** The demo conversations are consistent: order, senders, pointers, unread counts. */
const database = createTestDatabase();
let annsSummaries: ConversationSummary[];
const snapshots: ConversationSnapshot[] = [];
const messagesById = new Map<string, StoredMessage[]>();
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
  const [summaries] = await db.asService([selectConversationSummaries(ann?.id ?? "")]);
  annsSummaries = summaries.map((row) => conversationSummarySchema.parse(row.summary));
  for (const { id } of all) {
    const [[snapshot], tail] = await db.asService([
      selectConversationSnapshot(id),
      selectNewestMessages(id, 500),
    ]);
    snapshots.push(conversationSnapshotSchema.parse(snapshot?.snapshot));
    messagesById.set(
      id,
      tail.map((row) => storedMessageSchema.parse(row.message)),
    );
  }
});

test("Ann is a member of five of six: read, unread, requested, and one with several pages", () => {
  expect(snapshots).toHaveLength(6);
  expect(annsSummaries).toHaveLength(5);
  expect(annsSummaries.filter((each) => each.state === "requested")).toHaveLength(1);
  expect(annsSummaries.filter((each) => each.unread > 0).length).toBeGreaterThan(1);
  expect(annsSummaries.some((each) => each.unread === 0)).toBe(true);
  expect(Math.max(...annsSummaries.map((each) => each.lastSeq))).toBeGreaterThan(110);
  expect(snapshots.filter((snapshot) => snapshot.kind === "group").map((snapshot) => snapshot.name)).toEqual([
    "Saturday market crew",
  ]);
});

describe("each demo conversation", () => {
  test("has its messages in order, none in the future, and only senders and reactions of members", () => {
    for (const snapshot of snapshots) {
      const messages = (messagesById.get(snapshot.id) ?? []).toReversed();
      expect(messages.map((each) => each.seq)).toEqual(messages.map((_, at) => at + 1));
      expect(snapshot.lastSeq).toBe(messages.length);
      const times = messages.map((each) => Date.parse(each.createdAt));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(Date.now());
      expect(Date.parse(snapshot.createdAt)).toBeLessThanOrEqual(times[0] ?? 0);
      const memberIds = new Set(snapshot.participants.map((member) => member.id));
      for (const each of messages) {
        expect(memberIds).toContain(each.senderId);
        for (const who of Object.values(each.reactions).flat()) expect(memberIds).toContain(who);
        if (each.replyTo !== null) expect(each.replyTo).toBeLessThan(each.seq);
      }
    }
  });

  test("counts messages of others after the read pointer as unread, never a member's own", () => {
    for (const snapshot of snapshots) {
      for (const member of snapshot.participants) {
        const after = (messagesById.get(snapshot.id) ?? []).filter((each) => each.seq > member.readSeq);
        expect(after.filter((each) => each.senderId === member.id)).toEqual([]);
        expect(member.unread).toBe(after.length);
      }
    }
  });
});
