/** Fixtures for tests of conversations: a room with a roster, and an archive in memory. */

import { runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { DatabaseUnavailable } from "../../db/client/errors.ts";
import type { Message } from "../../db/views/conversation.view.ts";
import type {
  ConversationPayload,
  ConversationSnapshot,
  StoredMessage,
} from "../outbox/conversation-snapshot.ts";
import type { ArchiveStore } from "../rooms/conversation/archive-store.ts";
import { type Client, openConversation, row } from "./room-client.ts";
import { startedConversationRoom, startedUserRoom } from "./room-stubs.ts";
import { member, type RosterMember, snapshot } from "./roster-fixtures.ts";

/** The archive in memory. `isAway`: Postgres does not answer. */
export function memoryStore() {
  const store = {
    isAway: false,
    stores: 0,
    loads: 0,
    snapshots: new Map<string, ConversationSnapshot>(),
    messages: new Map<number, StoredMessage>(),
    pointers: new Map<string, ConversationPayload["pointers"][number]>(),
    async load(id: string, limit: number) {
      store.loads++;
      store.answer();
      const snapshot = store.snapshots.get(id);
      return snapshot ? { snapshot, tail: [...store.messages.values()].toReversed().slice(0, limit) } : null;
    },
    async messageAt(_: string, seq: number) {
      store.answer();
      return store.messages.get(seq) ?? null;
    },
    async store(_: string, { messages, pointers }: ConversationPayload) {
      store.stores++;
      store.answer();
      for (const message of messages) {
        const kept = store.messages.get(message.seq);
        if (!kept || kept.version < message.version) store.messages.set(message.seq, message);
      }
      for (const pointer of pointers) store.pointers.set(pointer.userId, pointer);
    },
    answer() {
      if (store.isAway) throw new DatabaseUnavailable(new Error("Postgres is away"));
    },
  };
  return store satisfies ArchiveStore;
}

/** A conversation of these members, whose room has their roster and an archive in memory. */
export async function conversationOf(
  members: (string | RosterMember)[],
  more: Partial<ConversationSnapshot> = {},
) {
  const id = uuidv7();
  const room = await startedConversationRoom(id);
  const store = memoryStore();
  await runInDurableObject(room, (it) => {
    it.store = store;
  });
  let last = snapshot(
    id,
    members.map((each) => (typeof each === "string" ? member(each) : each)),
    more,
  );
  const deliverRoster = async (changed: Partial<ConversationSnapshot> = {}) => {
    last = { ...last, cause: null, version: last.version + 1, ...changed };
    store.snapshots.set(id, last);
    const delivered = row(`conversation:${id}`, "conversation.snapshot", last);
    return { row: delivered, answer: await room.deliver([delivered]) };
  };
  last = { ...last, version: last.version - 1 };
  await deliverRoster({ cause: more.cause ?? null });
  for (const { id: userId } of last.participants) await withoutPostgres(userId);
  return {
    id,
    room,
    store,
    deliverRoster,
    open: (userId: string, options?: Parameters<typeof openConversation>[2]) =>
      openConversation(id, userId, options),
    /** Stops the room's clock. The returned function advances it. */
    async freeze() {
      let now = Date.now();
      await runInDurableObject(room, (it) => {
        it.clock = { now: () => now };
      });
      return (ms: number) => {
        now += ms;
      };
    },
  };
}

/** Starts the account's room as if Postgres had no conversations of the account. */
export async function withoutPostgres(userId: string) {
  const room = await startedUserRoom(userId);
  await runInDurableObject(room, (it) => {
    it.loadConversations = async () => [];
  });
  return room;
}

/** Sends a message and waits for its acknowledgement. */
export async function sendMessage(
  client: Client,
  body: string,
  clientId: string = uuidv7(),
  replyTo?: number,
) {
  client.send({ type: "message.send", clientId, body, ...(replyTo ? { replyTo } : {}) });
  const ack = await client.until(() =>
    client.signals("message.acked").find(({ data }) => data.clientId === clientId),
  );
  return ack.data;
}

/** Sends a command. Resolves with "done" or the error code. */
export async function runCommand(client: Client, command: object) {
  const ref = uuidv7();
  client.send({ ref, ...command });
  return await client.until(() => {
    if (client.signals("command.done").some(({ data }) => data.ref === ref)) return "done";
    return client.errors().find((error) => error.ref === ref)?.code;
  });
}

/** The messages that a client has received in events. */
export const messagesOf = (client: Client): Message[] =>
  client
    .events()
    .filter(({ type }) => type.startsWith("message."))
    .map(({ data }) => data as Message);
