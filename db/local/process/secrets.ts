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

/** What one rig folder remembers: passwords made once (`hosts`: those set elsewhere), and its last ports. */
export type Secrets = z.infer<typeof secretsSchema>;

/**
 * Reads the folder's keepsake, making it (with fresh random secrets, file mode 600) the first time.
 * `isNew` tells that it was just made; `remember` writes a changed copy back.
 */
export async function openSecrets(dir: string) {
  // The postgres user must be able to walk through to its own folder, hence not 700.
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const file = join(dir, "secrets.json");
  const remember = async (kept: Secrets) => {
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(kept, null, 2), { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, file);
  };
  const found = await readFile(file, "utf8").catch(() => null);
  if (found !== null) return { kept: secretsSchema.parse(JSON.parse(found)), isNew: false, remember };
  const secret = () => randomBytes(24).toString("base64url");
  const kept: Secrets = {
    superuserPassword: secret(),
    ownerPassword: secret(),
    appPassword: secret(),
    servicePassword: secret(),
    authSecret: secret() + secret(),
  };
  await remember(kept);
  return { kept, isNew: true, remember };
}
