/** A conversation's roster, and what its room hands over: the shapes are the database's. */
export {
  type Chat,
  type ConversationPayload,
  type ConversationSnapshot,
  chatSchema,
  conversationSnapshotSchema,
  type StoredMessage,
} from "../../db/views/conversation-snapshot.view.ts";
