/** What moderators read. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { Suspension } from "../views/suspension.view.ts";

/** Raises FORBIDDEN without the capability accounts.suspend, NOT_FOUND for an unknown handle. */
export const selectSuspension = (handle: string): Statement<{ view: Suspension }> =>
  statement(sql`select app.suspension_json(${handle}) as view`);
