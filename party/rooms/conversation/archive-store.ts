/** The statements by which a conversation's room reads and writes Postgres. */
import {
  selectConversationSnapshot,
  selectMessageBySeq,
  selectNewestMessages,
} from "../../../db/reads/conversations.reads.ts";
import { storeConversation } from "../../../db/writes/conversations.writes.ts";
import type {
  ConversationPayload,
  ConversationSnapshot,
  StoredMessage,
} from "../../outbox/conversation-snapshot.ts";
import type { ServiceDatabase } from "../../outbox/store.ts";

/** Tests replace it by one in memory. */
export interface ArchiveStore {
  /** The roster and the newest messages, newest first; null when the conversation does not exist. */
  load(id: string, limit: number): Promise<{ snapshot: ConversationSnapshot; tail: StoredMessage[] } | null>;
  messageAt(id: string, seq: number): Promise<StoredMessage | null>;
  /** Idempotent: older versions and pointers change nothing. */
  store(id: string, payload: ConversationPayload): Promise<void>;
}

/** `database`: a function, so that no client is made before the first statement. */
export function archiveStore(database: () => ServiceDatabase): ArchiveStore {
  return {
    async load(id, limit) {
      const [[row], tail] = await database().asService([
        selectConversationSnapshot(id),
        selectNewestMessages(id, limit),
      ]);
      return row?.snapshot ? { snapshot: row.snapshot, tail: tail.map(({ message }) => message) } : null;
    },
    async messageAt(id, seq) {
      const [[row]] = await database().asService([selectMessageBySeq(id, seq)]);
      return row?.message ?? null;
    },
    async store(id, payload) {
      await database().asService([storeConversation(id, payload)]);
    },
  };
}
