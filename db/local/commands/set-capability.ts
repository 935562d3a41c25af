import { PgDialect } from "drizzle-orm/pg-core";
import { capabilities } from "../../views/person.view.ts";
import { setCapability } from "../../writes/moderation.writes.ts";
import { withClient } from "../postgres/roles.ts";

export const USAGE = `npm run capability -- grant|revoke HANDLE CAPABILITY REASON
CAPABILITY is one of: ${capabilities.join(", ")}`;

/**
 * As plaza_service: grants or revokes a capability, as the command line says. Returns what was done.
 * @throws Error with USAGE for other arguments
 */
export async function setCapabilityByArguments(serviceUrl: string, args: readonly string[]): Promise<string> {
  const [verb, handle, wanted, ...reason] = args;
  const capability = capabilities.find((each) => each === wanted);
  const isKnown = verb === "grant" || verb === "revoke";
  if (!isKnown || handle === undefined || capability === undefined || reason.length === 0)
    throw new Error(USAGE);
  const statement = setCapability(handle.replace(/^@/, ""), capability, verb === "grant", reason.join(" "));
  const { sql, params } = new PgDialect().sqlToQuery(statement.sql);
  const { rows } = await withClient(serviceUrl, (client) => client.query(sql, params));
  return rows.length === 0
    ? `Nothing changed: nobody has the handle ${handle}, or it is so already.`
    : `${verb === "grant" ? "Granted" : "Revoked"}: ${capability}, ${handle}.`;
}
