/** Batches of presence rooms, and presence settings. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { Audience, PresenceOf } from "../views/presence.view.ts";
import { uuidArray } from "./sql.ts";

/** As plaza_service: stores a batch of a presence room. */
export const storePresence = (people: readonly PresenceOf[]): Statement<never> =>
  statement(sql`select app.store_presence(${JSON.stringify(people)}::jsonb)`);

export interface PresenceChange {
  audience?: Audience | undefined;
  /**
   * The whole list; raises VALIDATION_FAILED above 500. Accounts that do not exist for the viewer are left
   * out.
   */
  chosen?: readonly string[] | undefined;
  sharesReceipts?: boolean | undefined;
}

/** Changes only the given settings. Triggers publish to presence rooms and conversations. */
export const setPresenceSettings = ({
  audience,
  chosen,
  sharesReceipts,
}: PresenceChange): Statement<never>[] => [
  statement(sql`update user_settings set presence_audience = coalesce(${audience ?? null}, presence_audience),
    shares_receipts = coalesce(${sharesReceipts ?? null}::boolean, shares_receipts), updated_at = now() where user_id = app.viewer()`),
  ...(chosen
    ? [
        statement<never>(
          sql`delete from presence_chosen where user_id = app.viewer() and other_id <> all (${uuidArray(chosen)})`,
        ),
        statement<never>(sql`insert into presence_chosen (user_id, other_id)
          select app.viewer(), user_id from profiles where user_id = any (${uuidArray(chosen)}) and user_id <> app.viewer()
          on conflict do nothing`),
      ]
    : []),
];
