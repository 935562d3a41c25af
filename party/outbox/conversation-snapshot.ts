/** A conversation's roster, and what its room hands over: the shapes are the database's. */
export {
  type ConversationPayload,
  type ConversationSnapshot,
  type ConversationSummary,
  conversationSnapshotSchema,
  conversationSummarySchema,
  type StoredMessage,
} from "../../db/views/conversation-snapshot.view.ts";
