/** The outbox of events for rooms, and idempotency keys with their stored responses. */
import { sql } from "drizzle-orm";
import { customType, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { at, ownId } from "./columns.ts";

/** A transaction id (xid8). */
const transactionId = customType<{ data: string }>({ dataType: () => "xid8" });

export const outbox = pgTable("outbox", {
  id: ownId().primaryKey(),
  tx: transactionId("tx").notNull().default(sql`pg_current_xact_id()`),
  topic: text("topic").notNull(),
  type: text("type").notNull(),
  data: jsonb("data").notNull(),
  createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
  attempts: integer("attempts").notNull().default(0),
  nextAttemptAt: at("next_attempt_at").notNull().default(sql`(clock_timestamp() + '00:00:05'::interval)`),
  lastError: text("last_error"),
  deadLetteredAt: at("dead_lettered_at"),
});

export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(),
    answer: jsonb("answer"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.key] })],
);
