/** Tables of the sign-in library, with the names that it expects. */
import { like, sql } from "drizzle-orm";
import { boolean, date, integer, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, ownId } from "./columns.ts";

export const users = pgTable("users", {
  id: ownId().primaryKey(),
  name: text("name").notNull(),
  handle: text("handle").notNull().unique(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  birthDate: date("birth_date", { mode: "string" }).notNull(),
  suspendedAt: at("suspended_at"),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const authAccounts = pgTable(
  "auth_accounts",
  {
    id: ownId().primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: at("access_token_expires_at"),
    refreshTokenExpiresAt: at("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.providerId, table.accountId)],
);

export const sessions = pgTable("sessions", {
  id: ownId().primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  token: text("token").notNull().unique(),
  expiresAt: at("expires_at").notNull(),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const verifications = pgTable(
  "verifications",
  {
    id: ownId().primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: at("expires_at").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("verifications_handle").on(table.identifier).where(like(table.identifier, "handle:%")),
  ],
);

/** Sign-ups whose e-mail address is not proven yet. */
export const signUps = pgTable("sign_ups", {
  id: ownId().primaryKey(),
  tokenHash: text("token_hash").notNull().unique(),
  name: text("name").notNull(),
  handle: text("handle").notNull(),
  email: text("email").notNull(),
  birthDate: date("birth_date", { mode: "string" }).notNull(),
  password: text("password").notNull(),
  attempts: integer("attempts").notNull().default(0),
  createdAt: at("created_at").notNull().defaultNow(),
  expiresAt: at("expires_at").notNull().default(sql`(now() + '01:00:00'::interval)`),
});

/** Counters that slow down mails and password guesses. */
export const authLimits = pgTable("auth_limits", {
  key: text("key").primaryKey(),
  count: integer("count").notNull().default(0),
  since: at("since").notNull().defaultNow(),
  blockedUntil: at("blocked_until"),
  succeededAt: at("succeeded_at"),
  updatedAt: at("updated_at").notNull().defaultNow(),
});
