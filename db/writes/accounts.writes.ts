/** What sign-up writes besides what the sign-in library does, as plaza_service. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client.ts";

/** Holds a free handle for a week, as long as an account that is never confirmed would (upkeep.writes.ts). */
export const holdHandle = (handle: string): Statement<never> =>
  statement(sql`
  insert into verifications (identifier, value, expires_at)
  select ${`handle:${handle}`}, '', now() + interval '7 days' where app.handle_is_free(${handle})`);
