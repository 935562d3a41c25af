/** The conversation shapes that rooms and Postgres exchange. The database defines them. */
export {
  type ConversationPayload,
  type ConversationSnapshot,
  type ConversationSummary,
  conversationSnapshotSchema,
  conversationSummarySchema,
  type StoredMessage,
} from "../../db/views/conversation-snapshot.view.ts";
