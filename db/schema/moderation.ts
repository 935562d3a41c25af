/** Capabilities of accounts, and the log of what moderators and operators did. */
import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";
import { profiles } from "./profiles.ts";

export const accountCapabilities = pgTable(
  "account_capabilities",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => profiles.userId, { onDelete: "cascade" }),
    capability: text("capability").notNull(),
    grantedAt: at("granted_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.capability] })],
);

export const auditLog = pgTable("audit_log", {
  id: ownId().primaryKey(),
  actorId: uuid("actor_id"),
  action: text("action").notNull(),
  targetId: uuid("target_id").notNull(),
  reason: text("reason").notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
});
