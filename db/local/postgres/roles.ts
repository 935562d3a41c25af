import { Client, escapeIdentifier, escapeLiteral } from "pg";

/** The roles that serve, and the password each shall log in with. */
export type RolePasswords = { plaza_app: string; plaza_service: string };

/**
 * As superuser: makes the role `plaza_owner` (may create roles, owns the database, is no superuser)
 * and the database `plaza`, as far as they are missing. Neon's own owner role has the same powers.
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
 * As the owner: lets the serving roles, which migrations made without login, log in with these
 * passwords. Roles that no migration has made yet are left out.
 */
export async function openServingRoles(ownerUrl: string, passwords: Partial<RolePasswords>): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    for (const [role, password] of Object.entries(passwords)) {
      if (!(await findRole(client, role))) continue;
      await client.query(`alter role ${escapeIdentifier(role)} login password ${escapeLiteral(password)}`);
    }
  });
}

/** What a role may, null when there is none. */
export async function findRole(client: Client, role: string): Promise<{ canLogIn: boolean } | null> {
  const found = await client.query<{ rolcanlogin: boolean }>(
    "select rolcanlogin from pg_roles where rolname = $1",
    [role],
  );
  const row = found.rows[0];
  return row ? { canLogIn: row.rolcanlogin } : null;
}

/** Whether the URL's password is right. Any other trouble than a wrong one is thrown. */
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

/** Runs work on one connection and closes it. */
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

/** The same database and host, entered as another role. */
export function asRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}

/** The same server and role, another database. */
export function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
