/**
 * Conversations, their members, and the archive of messages. The partitions of `messages` are only in the
 * migrations.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";
import { profiles } from "./profiles.ts";

const seqColumn = (name: string) => bigint(name, { mode: "number" });
const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

export const conversations = pgTable("conversations", {
  id: ownId().primaryKey(),
  kind: text("kind", { enum: ["direct", "group"] }).notNull(),
  name: text("name"),
  pairKey: text("pair_key").unique(),
  createdBy: uuid("created_by").references(() => profiles.userId, { onDelete: "set null" }),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
  lastMessagePreview: text("last_message_preview"),
  lastMessageAt: at("last_message_at"),
  lastMessageSeq: seqColumn("last_message_seq").notNull().default(0),
  lastMessageSenderId: uuid("last_message_sender_id"),
  lastMessageKind: text("last_message_kind", { enum: ["text", "notice"] }),
  lastMessageNotice: jsonb("last_message_notice"),
  lastMessageIsDeleted: boolean("last_message_is_deleted").notNull().default(false),
  version: bigint("version", { mode: "number" }).notNull().default(1),
});

const conversation = () =>
  uuid("conversation_id")
    .notNull()
    .references(() => conversations.id, { onDelete: "cascade" });

export const conversationParticipants = pgTable(
  "conversation_participants",
  {
    id: ownId().primaryKey(),
    conversationId: conversation(),
    userId: uuid("user_id")
      .notNull()
      .references(() => profiles.userId, { onDelete: "cascade" }),
    role: text("role", { enum: ["admin", "member"] })
      .notNull()
      .default("member"),
    state: text("state", { enum: ["accepted", "requested", "declined", "left", "removed"] }).notNull(),
    isMuted: boolean("is_muted").notNull().default(false),
    joinedAt: at("joined_at").notNull().defaultNow(),
    lastReadAt: at("last_read_at"),
    lastReadSeq: seqColumn("last_read_seq").notNull().default(0),
    deliveredSeq: seqColumn("delivered_seq").notNull().default(0),
    deliveredAt: at("delivered_at"),
    unread: integer("unread").notNull().default(0),
    invitedBy: uuid("invited_by").references(() => profiles.userId, { onDelete: "set null" }),
    mayReturnUntil: at("may_return_until"),
  },
  (table) => [unique().on(table.conversationId, table.userId)],
);

export const messages = pgTable(
  "messages",
  {
    id: uuid("id").notNull(),
    conversationId: conversation(),
    seq: seqColumn("seq").notNull(),
    senderId: uuid("sender_id").references(() => profiles.userId, { onDelete: "set null" }),
    clientId: uuid("client_id"),
    kind: text("kind", { enum: ["text", "notice"] }).notNull(),
    content: text("content").notNull(),
    notice: jsonb("notice"),
    replyToSeq: seqColumn("reply_to_seq"),
    reactions: jsonb("reactions").notNull().default({}),
    isDeleted: boolean("is_deleted").notNull().default(false),
    editedAt: at("edited_at"),
    version: integer("version").notNull().default(1),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    search: tsvector("search").generatedAlwaysAs(
      sql`to_tsvector('text_search.unaccented'::regconfig, content)`,
    ),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.seq] }),
    unique("messages_client_id").on(table.conversationId, table.senderId, table.clientId),
  ],
);
