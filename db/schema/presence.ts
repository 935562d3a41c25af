/** Who may see an account's presence, and stored presence. The audience is a column of user_settings. */
import { boolean, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { at } from "./columns.ts";
import { profiles } from "./profiles.ts";

const person = (name: string) => uuid(name).references(() => profiles.userId, { onDelete: "cascade" });

export const presenceChosen = pgTable(
  "presence_chosen",
  {
    userId: person("user_id").notNull(),
    otherId: person("other_id").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.otherId] })],
);

export const userPresence = pgTable("user_presence", {
  userId: person("user_id").primaryKey(),
  isOnline: boolean("is_online").notNull().default(false),
  lastSeenAt: at("last_seen_at"),
});
