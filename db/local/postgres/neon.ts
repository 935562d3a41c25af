/**
 * Connection strings of the serving roles of a Neon project, for a local stack with the owner's URL in
 * DATABASE_URL.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { LOCAL_STATE_DIR } from "../process/paths.ts";
import { openSecrets } from "../process/secrets.ts";
import type { DatabaseUrls } from "./database.ts";
import { withoutPooler } from "./migrate.ts";
import { asRole, canLogIn, enableLogin, findRole, withClient } from "./roles.ts";

const ENVIRONMENT_VARIABLE = {
  plaza_app: "DATABASE_APP_URL",
  plaza_service: "DATABASE_SERVICE_URL",
} as const;
type ServingRole = keyof typeof ENVIRONMENT_VARIABLE;

type Options = { dir?: string; environment?: NodeJS.ProcessEnv };

/** The URLs of a migrated Neon database. Does not run migrations. */
export async function neonUrls(ownerUrl: string, options: Options = {}): Promise<DatabaseUrls> {
  return {
    ownerUrl,
    appUrl: await servingUrl(ownerUrl, "plaza_app", options),
    serviceUrl: await servingUrl(ownerUrl, "plaza_service", options),
    neonEndpoint: "",
  };
}

/**
 * The connection string of a serving role. A role that cannot log in gets a new password, stored in
 * secrets.json. The password of a role that can log in is not changed, because a deployed Worker may use it:
 * then the stored password or the URL in the environment must work.
 */
async function servingUrl(ownerUrl: string, role: ServingRole, options: Options): Promise<string> {
  const { dir = LOCAL_STATE_DIR, environment = process.env } = options;
  // Neon's pooled and direct host names are the same server.
  const host = withoutPooler(ownerUrl).host;
  const { secrets, save } = await openSecrets(dir);
  const found = await withClient(ownerUrl, (client) => findRole(client, role));
  if (!found) throw new Error(`The database at ${host} has no role ${role}. Run npm run db:migrate first.`);

  if (!found.canLogIn) {
    const password = randomBytes(24).toString("base64url");
    // Stored before it is set: a password that is set but not stored would lock this checkout out.
    const hostPasswords = { ...secrets.hosts?.[host], [role]: password };
    await save({ ...secrets, hosts: { ...secrets.hosts, [host]: hostPasswords } });
    await enableLogin(ownerUrl, { [role]: password });
    return asRole(ownerUrl, role, password);
  }
  const stored = secrets.hosts?.[host]?.[role];
  if (stored !== undefined) {
    const url = asRole(ownerUrl, role, stored);
    if (await canLogIn(url)) return url;
  }
  const given = z.url().safeParse(environment[ENVIRONMENT_VARIABLE[role]]);
  if (given.success) return given.data;
  throw new Error(
    `The role ${role} at ${host} has a password already, and secrets.json does not have it. ` +
      `Put its connection string into ${ENVIRONMENT_VARIABLE[role]}; the password is not changed, because a deployed Worker may use it.`,
  );
}
