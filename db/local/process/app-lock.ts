import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOCAL_STATE_DIR } from "./paths.ts";

const LOCK = join(LOCAL_STATE_DIR, "app.pid");

/**
 * Locks the Worker state of this checkout for one app process: two processes would write the same files.
 * Throws with the id of the other process when one runs. Returns the function that releases the lock.
 */
export async function lockApp(): Promise<() => Promise<void>> {
  await mkdir(LOCAL_STATE_DIR, { recursive: true, mode: 0o755 });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(LOCK, `${process.pid}\n`, { flag: "wx" });
      return release;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const owner = Number(await readFile(LOCK, "utf8").catch(() => "0"));
    if (await isAppProcess(owner)) {
      throw new Error(`Plaza runs already from this folder (process ${owner}); stop it first, or use it.`);
    }
    await rm(LOCK, { force: true });
  }
  throw new Error(`Another Plaza process is starting. If not, delete ${LOCK}.`);
}

/**
 * Deletes the lock if it still has this process's id: after .plaza/ was deleted, another process may hold a
 * new one.
 */
async function release(): Promise<void> {
  const owner = await readFile(LOCK, "utf8").catch(() => "");
  if (Number(owner) === process.pid) await rm(LOCK, { force: true });
}

/** False for a lock that a crash left behind, also when its process id was reused by another program. */
async function isAppProcess(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "db/local/");
  return command.includes("db/local/");
}
