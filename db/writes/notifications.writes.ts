/** Marks notifications as read. Triggers update the unread count and publish to the other tabs. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import { uuidArray } from "./sql.ts";

/** @param which the ids, or all of the viewer's */
export const markRead = (which: { ids: readonly string[] } | { all: true }): Statement<never> =>
  statement(sql`
  update notifications set is_read = true where user_id = app.viewer() and not is_read
  ${"ids" in which ? sql`and id = any (${uuidArray(which.ids)})` : sql``}`);
