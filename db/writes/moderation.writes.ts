/** What moderators and operators change. Every change adds a row to the audit log. */
import { sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { Capability } from "../views/person.view.ts";

/** Suspends an account or ends its suspension. Raises what app.set_suspension() lists. */
export const setSuspension = (handle: string, isSuspended: boolean, reason: string): Statement<never> =>
  statement(sql`select app.set_suspension(${handle}, ${isSuspended}, ${reason})`);

/**
 * As plaza_service, for an operator: gives a capability to the account with this handle, or takes it away. Returns one
 * row, or none when the account does not exist or nothing changes.
 */
export const setCapability = (
  handle: string,
  capability: Capability,
  isGranted: boolean,
  reason: string,
): Statement<{ id: string }> =>
  statement(sql`
  with changed as (
    ${
      isGranted
        ? sql`insert into account_capabilities (user_id, capability)
            select user_id, ${capability} from profiles where handle = ${handle} on conflict do nothing returning user_id`
        : sql`delete from account_capabilities where capability = ${capability}
            and user_id = (select user_id from profiles where handle = ${handle}) returning user_id`
    }
  )
  insert into audit_log (action, target_id, reason)
    select ${isGranted ? "capability.granted" : "capability.revoked"}, user_id, ${`${capability}: ${reason}`} from changed returning id`);
