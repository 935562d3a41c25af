import { Client, escapeIdentifier, escapeLiteral } from "pg";

/** The serving roles and their passwords. */
export type RolePasswords = { plaza_app: string; plaza_service: string };

/**
 * As superuser: creates the role `plaza_owner` (may create roles and databases, not a superuser) and the
 * database `plaza` when they do not exist. The owner role of a Neon project has the same privileges.
 */
export async function ensureOwner(superuserUrl: string, ownerPassword: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const owner = await client.query("select from pg_roles where rolname = 'plaza_owner'");
    if (owner.rowCount === 0) {
      await client.query(
        `create role plaza_owner login createrole createdb password ${escapeLiteral(ownerPassword)}`,
      );
    }
    const database = await client.query("select from pg_database where datname = 'plaza'");
    if (database.rowCount === 0) await client.query("create database plaza owner plaza_owner");
  });
}

/**
 * As the owner: enables login with these passwords for the serving roles, which migrations create without
 * login. Ignores roles that do not exist yet.
 */
export async function enableLogin(ownerUrl: string, passwords: Partial<RolePasswords>): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    for (const [role, password] of Object.entries(passwords)) {
      if (!(await findRole(client, role))) continue;
      await client.query(`alter role ${escapeIdentifier(role)} login password ${escapeLiteral(password)}`);
    }
  });
}

/** Whether a role can log in; null when it does not exist. */
export async function findRole(client: Client, role: string): Promise<{ canLogIn: boolean } | null> {
  const found = await client.query<{ rolcanlogin: boolean }>(
    "select rolcanlogin from pg_roles where rolname = $1",
    [role],
  );
  const row = found.rows[0];
  return row ? { canLogIn: row.rolcanlogin } : null;
}

/** Whether the URL's password is correct. Throws on any other error. */
export async function canLogIn(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => undefined);
    return true;
  } catch (error) {
    // invalid_password
    if (error instanceof Error && "code" in error && error.code === "28P01") return false;
    throw error;
  }
}

/** Opens a connection, runs `work` with it and closes it. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The URL with another role and password. */
export function asRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}

/** The URL with another database name. */
export function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
