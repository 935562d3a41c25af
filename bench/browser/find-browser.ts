import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export type FoundBrowser = { executablePath: string; how: string };

const NAMES = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
const OTHER_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Finds the browser to test with, and reports how it was found: PLAZA_BROWSER, else an installed Chrome or
 * Chromium, else Playwright's own. If there is none, installs one: with apt as root on Debian or Ubuntu,
 * otherwise with Playwright.
 * Throws with instructions when nothing works.
 */
export async function findBrowser(log: (line: string) => void = console.error): Promise<FoundBrowser> {
  const named = process.env.PLAZA_BROWSER;
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`PLAZA_BROWSER=${named} does not exist.`);
    return { executablePath: named, how: "PLAZA_BROWSER" };
  }
  const installed = findInstalled();
  if (installed !== null) return installed;

  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    log("No Chrome or Chromium here; installing Debian's chromium by apt-get ...");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const run = (args: string[]) =>
      spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
    run(["update", "-qq"]);
    run(["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
    const found = findInstalled();
    if (found !== null) return { ...found, how: "apt-get install chromium" };
  }
  log("No Chrome or Chromium here; downloading Playwright's ...");
  const cli = join(createRequire(import.meta.url).resolve("playwright-core/package.json"), "..", "cli.js");
  spawnSync(process.execPath, [cli, "install", "chromium"], { stdio: ["ignore", "ignore", "inherit"] });
  const found = findInstalled();
  if (found !== null) return { ...found, how: "playwright install chromium" };
  throw new Error(
    "No browser could be installed. Install Chrome or Chromium, or set PLAZA_BROWSER to its path.",
  );
}

function findInstalled(): FoundBrowser | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...OTHER_PLACES,
  ];
  const executablePath = candidates.find((path) => existsSync(path));
  if (executablePath !== undefined) return { executablePath, how: "installed" };
  const own = chromium.executablePath();
  return existsSync(own) ? { executablePath: own, how: "Playwright's own" } : null;
}
