/** A Neon project's serving roles, for a laptop that is pointed at it by its owner's URL. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { LOCAL_STATE_DIR } from "../process/paths.ts";
import { openSecrets } from "../process/secrets.ts";
import type { DatabaseUrls } from "./database.ts";
import { withoutPooler } from "./migrate.ts";
import { asRole, canLogIn, findRole, openServingRoles, withClient } from "./roles.ts";

const GIVEN_BY = { plaza_app: "DATABASE_APP_URL", plaza_service: "DATABASE_SERVICE_URL" } as const;
type ServingRole = keyof typeof GIVEN_BY;

type Place = { dir?: string; environment?: NodeJS.ProcessEnv };

/** The addresses of a migrated Neon database, by `servingUrl`. Migrates nothing. */
export async function neonUrls(ownerUrl: string, place: Place = {}): Promise<DatabaseUrls> {
  return {
    ownerUrl,
    appUrl: await servingUrl(ownerUrl, "plaza_app", place),
    serviceUrl: await servingUrl(ownerUrl, "plaza_service", place),
    neonEndpoint: "",
  };
}

/**
 * How to enter as a serving role. One that cannot log in yet is given a password, which this checkout
 * remembers; one that can is left alone, because a deployed Worker may live by its password: then
 * the remembered password, or the URL in the environment, must do.
 */
async function servingUrl(ownerUrl: string, role: ServingRole, place: Place): Promise<string> {
  const { dir = LOCAL_STATE_DIR, environment = process.env } = place;
  // Neon's pooled and direct addresses are one server.
  const host = withoutPooler(ownerUrl).host;
  const { kept, remember } = await openSecrets(dir);
  const found = await withClient(ownerUrl, (client) => findRole(client, role));
  if (!found) throw new Error(`The database at ${host} has no role ${role}. Run npm run db:migrate first.`);

  if (!found.canLogIn) {
    const password = randomBytes(24).toString("base64url");
    // Remembered first: a password that is set and forgotten would lock everyone out.
    const ofHost = { ...kept.hosts?.[host], [role]: password };
    await remember({ ...kept, hosts: { ...kept.hosts, [host]: ofHost } });
    await openServingRoles(ownerUrl, { [role]: password });
    return asRole(ownerUrl, role, password);
  }
  const remembered = kept.hosts?.[host]?.[role];
  if (remembered !== undefined) {
    const url = asRole(ownerUrl, role, remembered);
    if (await canLogIn(url)) return url;
  }
  const given = z.url().safeParse(environment[GIVEN_BY[role]]);
  if (given.success) return given.data;
  throw new Error(
    `The role ${role} at ${host} has a password already, and this checkout does not know it. ` +
      `Put its connection string into ${GIVEN_BY[role]}; the password is not changed, because a deployed Worker may use it.`,
  );
}
