import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type {
  ConversationPayload,
  ConversationSnapshot,
  StoredMessage,
} from "../views/conversation-snapshot.view.ts";
import { storeConversation } from "../writes/conversations.writes.ts";
import type { Person, Scene } from "./fixtures.ts";

type Pointer = ConversationPayload["pointers"][number];

/** What people and rooms do in conversations, for `.pg.test.ts`. */
export type Talk = ReturnType<typeof talkOf>;

export function talkOf(scene: Pick<Scene, "as" | "service" | "port">) {
  const ids = (people: readonly Person[]) => people.map((person) => person.id);
  const store = async (id: string, payload: Partial<ConversationPayload>) => {
    await scene.port().asService([storeConversation(id, { messages: [], pointers: [], ...payload })]);
  };
  return {
    /** Opens a conversation and says its id. */
    async open(who: Person, others: readonly Person[], name: string | null = null): Promise<string> {
      const [row] = await scene.as<{ id: string }>(who, "select app.open_conversation($1, $2) as id", [
        ids(others),
        name,
      ]);
      return row?.id ?? "";
    },
    /** A message as a room would hand it over. */
    message: (seq: number, sender: Person | null, body: string, more: Partial<StoredMessage> = {}) => ({
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
    pointer: (who: Person, more: Partial<Pointer>): Pointer => ({
      userId: who.id,
      deliveredSeq: 0,
      deliveredAt: null,
      readSeq: 0,
      readAt: null,
      unread: 0,
      ...more,
    }),
    store,
    /** Stores one message in the next place and says which that was. */
    async say(id: string, sender: Person, body: string, more: Partial<StoredMessage> = {}): Promise<number> {
      const [row] = await scene.service<{ seq: number }>(
        "select (coalesce(max(seq), 0) + 1)::int as seq from messages where conversation_id = $1",
        [id],
      );
      const seq = row?.seq ?? 1;
      await store(id, { messages: [this.message(seq, sender, body, more)] });
      return seq;
    },
    /** What the room was told last, and what of. */
    async told(id: string): Promise<ConversationSnapshot | null> {
      const [row] = await scene.service<{ data: ConversationSnapshot }>(
        "select data from outbox where topic = 'conversation:' || $1::uuid and type = 'conversation.snapshot' order by id desc limit 1",
        [id],
      );
      return row?.data ?? null;
    },
    /** How often the room was told. */
    async tellings(id: string): Promise<number> {
      const [row] = await scene.service<{ count: number }>(
        "select count(*)::int from outbox where topic = 'conversation:' || $1::uuid",
        [id],
      );
      return row?.count ?? 0;
    },
    follow: (who: Person, other: Person) =>
      scene.as(who, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
        who.id,
        other.id,
      ]),
    block: (who: Person, other: Person) =>
      scene.as(who, "insert into blocks (blocker_id, blocked_id) values ($1, $2)", [who.id, other.id]),
    unblock: (who: Person, other: Person) =>
      scene.as(who, "delete from blocks where blocker_id = $1 and blocked_id = $2", [who.id, other.id]),
    mute: (who: Person, other: Person) =>
      scene.as(who, "insert into mutes (muter_id, muted_id) values ($1, $2)", [who.id, other.id]),
  };
}
