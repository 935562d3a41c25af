/** Fixtures and builders for conversations and their messages. For `.pg.test.ts`. */
import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type {
  ConversationPayload,
  ConversationSnapshot,
  StoredMessage,
} from "../views/conversation-snapshot.view.ts";
import { storeConversation } from "../writes/conversations.writes.ts";
import type { DatabaseFixture, Person } from "./fixtures.ts";

type Pointer = ConversationPayload["pointers"][number];

export type ConversationFixture = ReturnType<typeof createConversationFixture>;

export function createConversationFixture(
  fixture: Pick<DatabaseFixture, "queryAs" | "queryAsService" | "client">,
) {
  const idsOf = (people: readonly Person[]) => people.map((person) => person.id);
  const storeBatch = async (id: string, payload: Partial<ConversationPayload>) => {
    await fixture.client().asService([storeConversation(id, { messages: [], pointers: [], ...payload })]);
  };
  return {
    /** Opens a conversation and returns its id. */
    async open(viewer: Person, others: readonly Person[], name: string | null = null): Promise<string> {
      const [row] = await fixture.queryAs<{ id: string }>(
        viewer,
        "select app.open_conversation($1, $2) as id",
        [idsOf(others), name],
      );
      return row?.id ?? "";
    },
    /** A message as a conversation's room stores it. */
    buildMessage: (seq: number, sender: Person | null, body: string, more: Partial<StoredMessage> = {}) => ({
      id: uuidv7(),
      seq,
      senderId: sender?.id ?? null,
      clientId: randomUUID(),
      kind: "text" as const,
      body,
      notice: null,
      replyTo: null,
      reactions: {},
      isDeleted: false,
      editedAt: null,
      version: 1,
      createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
      ...more,
    }),
    /** A member's delivered and read pointers and unread count. */
    buildPointer: (member: Person, more: Partial<Pointer>): Pointer => ({
      userId: member.id,
      deliveredSeq: 0,
      deliveredAt: null,
      readSeq: 0,
      readAt: null,
      unread: 0,
      ...more,
    }),
    /** Stores a batch of a room, as plaza_service. */
    storeBatch,
    /** Stores one message with the next seq and returns that seq. */
    async storeMessage(
      id: string,
      sender: Person,
      body: string,
      more: Partial<StoredMessage> = {},
    ): Promise<number> {
      const [row] = await fixture.queryAsService<{ seq: number }>(
        "select (coalesce(max(seq), 0) + 1)::int as seq from messages where conversation_id = $1",
        [id],
      );
      const seq = row?.seq ?? 1;
      await storeBatch(id, { messages: [this.buildMessage(seq, sender, body, more)] });
      return seq;
    },
    /** The newest snapshot in the outbox for the conversation's room. */
    async selectLatestSnapshot(id: string): Promise<ConversationSnapshot | null> {
      const [row] = await fixture.queryAsService<{ data: ConversationSnapshot }>(
        "select data from outbox where topic = 'conversation:' || $1::uuid and type = 'conversation.snapshot' order by id desc limit 1",
        [id],
      );
      return row?.data ?? null;
    },
    /** How many outbox rows there are for the conversation's room. */
    async countSnapshots(id: string): Promise<number> {
      const [row] = await fixture.queryAsService<{ count: number }>(
        "select count(*)::int from outbox where topic = 'conversation:' || $1::uuid",
        [id],
      );
      return row?.count ?? 0;
    },
    follow: (viewer: Person, other: Person) =>
      fixture.queryAs(viewer, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
        viewer.id,
        other.id,
      ]),
    block: (viewer: Person, other: Person) =>
      fixture.queryAs(viewer, "insert into blocks (blocker_id, blocked_id) values ($1, $2)", [
        viewer.id,
        other.id,
      ]),
    unblock: (viewer: Person, other: Person) =>
      fixture.queryAs(viewer, "delete from blocks where blocker_id = $1 and blocked_id = $2", [
        viewer.id,
        other.id,
      ]),
    mute: (viewer: Person, other: Person) =>
      fixture.queryAs(viewer, "insert into mutes (muter_id, muted_id) values ($1, $2)", [
        viewer.id,
        other.id,
      ]),
  };
}
