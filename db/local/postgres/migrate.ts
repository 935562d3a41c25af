import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { MIGRATIONS_DIR, PROJECT_ROOT } from "../process/paths.ts";

export type MigrateCommand = "migrate" | "rollback" | "status";

/**
 * Runs dbmate on one database, as its owner. Returns what it said.
 * Throws with dbmate's own words when a migration fails; dbmate has rolled that one back.
 */
export async function runDbmate(command: MigrateCommand, ownerUrl: string): Promise<string> {
  const program = createRequire(import.meta.url).resolve("dbmate/dist/cli.js");
  const flags = ["--migrations-dir", MIGRATIONS_DIR, "--no-dump-schema", "--url", forDbmate(ownerUrl)];
  const run = spawn(process.execPath, [program, ...flags, command], {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [run.stdout, run.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve, reject) => run.once("close", resolve).once("error", reject));
  if (code !== 0) throw new Error(`dbmate ${command} failed:\n${said.trim()}`);
  return said.trim();
}

/** Neon's direct address, when the URL has the pooled one: the same server, without PgBouncer before it. */
export function withoutPooler(url: string): URL {
  const direct = new URL(url);
  if (direct.hostname.endsWith(".neon.tech")) direct.hostname = direct.hostname.replace("-pooler.", ".");
  return direct;
}

/**
 * dbmate's driver wants TLS unless told otherwise; the embedded server has none. And a migration that has
 * to wait for a lock gives up after a second, because everyone who comes after it waits behind it; Neon's pooler would refuse to be told so.
 */
export function forDbmate(ownerUrl: string): string {
  const url = withoutPooler(ownerUrl);
  // In every connection string that Neon shows; dbmate's driver does not know it, and the server takes it for a setting.
  url.searchParams.delete("channel_binding");
  const isLocal = url.hostname === "127.0.0.1" || url.hostname === "localhost";
  if (isLocal && !url.searchParams.has("sslmode")) url.searchParams.set("sslmode", "disable");
  const given = url.searchParams.get("options") ?? process.env.PGOPTIONS ?? "";
  if (!given.includes("lock_timeout") && !url.searchParams.has("lock_timeout")) {
    url.searchParams.set("options", `${given} -c lock_timeout=1000`.trim());
  }
  return url.href;
}
