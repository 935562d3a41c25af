import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const secretsSchema = z.object({
  superuserPassword: z.string(),
  ownerPassword: z.string(),
  appPassword: z.string(),
  servicePassword: z.string(),
  authSecret: z.string(),
  postgresPort: z.number().int().optional(),
  neonProxyPort: z.number().int().optional(),
  hosts: z
    .record(z.string(), z.object({ plaza_app: z.string().optional(), plaza_service: z.string().optional() }))
    .optional(),
});

/**
 * Contents of secrets.json in a state folder: generated passwords, the last ports, and passwords set on Neon
 * (`hosts`).
 */
export type Secrets = z.infer<typeof secretsSchema>;

/**
 * Reads secrets.json of a state folder. Creates it with random secrets and file mode 600 when it does not
 * exist; `isNew` is then true. `save` writes a changed copy.
 */
export async function openSecrets(dir: string) {
  // Mode 755 and not 700: the system user postgres must be able to enter the folder.
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const file = join(dir, "secrets.json");
  const save = async (secrets: Secrets) => {
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, file);
  };
  const found = await readFile(file, "utf8").catch(() => null);
  if (found !== null) return { secrets: secretsSchema.parse(JSON.parse(found)), isNew: false, save };
  const randomSecret = () => randomBytes(24).toString("base64url");
  const secrets: Secrets = {
    superuserPassword: randomSecret(),
    ownerPassword: randomSecret(),
    appPassword: randomSecret(),
    servicePassword: randomSecret(),
    authSecret: randomSecret() + randomSecret(),
  };
  await save(secrets);
  return { secrets, isNew: true, save };
}
